/* domain_note.h: the domain of a model as a note in it. */
#ifndef KHOP_TRAIN_GRAPHS_DOMAIN_NOTE_H
#define KHOP_TRAIN_GRAPHS_DOMAIN_NOTE_H

#include <khop/domain.h>

/* Keeps a domain in a model, for khop_model_domain. Errors: MEMORY. */
khop_status khop_i_domain_keep(khop_model *model, const khop_domain *domain);
/* Measures and keeps that of the parts of a set (khop_i_domain_measure); of a set that is not of molecules nothing.
 * Errors: MEMORY. */
khop_status khop_i_domain_note(khop_model *model, const khop_graphs *set, const uint8_t *part);

#endif
