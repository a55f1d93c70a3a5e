/* khop/domain.h: which molecules lie outside what a model was trained on, and why.
 *
 *   khop_domain *domain;
 *   char why[KHOP_OUTSIDE_BYTES];
 *   khop_model_domain(&domain, model);
 *   khop_domain_check(why, domain, set, 0);      "" : the first molecule of the set lies inside
 *
 * khop_graphs_train keeps the domain of a set of molecules in every model that it saves; the test part has no say in
 * it. A molecule lies outside by an element that no training molecule has, by more or fewer heavy atoms than any of
 * them, or by its environments: the atoms, alone and with the bonds at them (ECFP of radius 1: Rogers and Hahn,
 * Extended-Connectivity Fingerprints, J. Chem. Inf. Model. 2010). Training has seen some of them; of a molecule outside
 * a larger share is new than of 95 % of the validation molecules. Of molecules that are drawn like those, the last rule
 * takes 1 in 20 for one outside. What lies inside is not thereby predicted well: intervals say more of that
 * (khop_model_interval). */
#ifndef KHOP_DOMAIN_H
#define KHOP_DOMAIN_H

#include <khop/graphs.h>
#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KHOP_DOMAIN_ELEMENTS 119
#define KHOP_DOMAIN_SHARE 0.95
typedef struct khop_domain {
  bool element[KHOP_DOMAIN_ELEMENTS]; /* by atomic number, 0: `*`: whether a training molecule has it */
  int32_t least, most;                /* heavy atoms of the training molecules */
  int64_t trained, validated;         /* molecules */
  double share, unseen; /* this share of validation has at most that share of environments that training has not; NaN:
                         * fewer than 19 validated, and environments are not judged */
  int64_t bits;         /* a power of two, 8 to 16 for each environment of the training molecules, at least 64 */
  uint64_t *seen;       /* (bits / 64), owned: those environments, folded: a new one is taken for seen with a
                         * probability of 1/8 at most */
} khop_domain;

/* That of a model. Errors: NOT_FOUND (a model of other data, or by an older khop), FORMAT, MEMORY. Cost: O(bits). */
KHOP_API khop_status khop_model_domain(khop_domain **domain, const khop_model *model);
KHOP_API void khop_domain_free(khop_domain *domain);

/* Why a molecule of a set (khop_molecules_graphs, with the steps of standardisation of the training) lies outside, in
 * words, several reasons with "; " between them: "element Se", "62 heavy atoms, training had 1 to 40", "45 % of its
 * environments unseen, 95 % of the validation molecules have at most 20 %". "" where it lies inside.
 * Errors: ARGUMENT (a set that is not of molecules, or has no such graph). Cost: O(atoms). */
#define KHOP_OUTSIDE_BYTES 768
KHOP_API khop_status khop_domain_check(char why[KHOP_OUTSIDE_BYTES], const khop_domain *domain, const khop_graphs *set,
                                       int64_t graph);

#ifdef __cplusplus
}
#endif
#endif
