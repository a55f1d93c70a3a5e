/* forms.c: the table of forms. */
#include "forms/forms.h"
#include "base/error.h"
#include "forms/bitmap.h"
#include "forms/ladder/form.h"
#include "forms/matrix_free.h"
#include "forms/stored.h"

static const khop_i_form *const rows[] = {
    [KHOP_STORED] = &khop_i_stored_form,
    [KHOP_MATRIX_FREE] = &khop_i_matrix_free_form,
    [KHOP_LADDER] = &khop_i_ladder_form,
    [KHOP_BITMAP] = &khop_i_bitmap_form,
};

const khop_i_form *khop_i_form_row(khop_form form) {
  return form >= KHOP_STORED && form < (int)(sizeof rows / sizeof *rows) ? rows[form] : NULL;
}

const char *khop_form_name(khop_form form) {
  const khop_i_form *row = khop_i_form_row(form);
  return row ? row->name : form == KHOP_AUTO ? "auto" : NULL;
}

khop_status khop_i_form_build(khop_rings **out, const khop_i_plan *plan, const khop_i_form *form) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_rings_new(&rings, plan->graph->nodes, plan->slots, plan->hops));
  rings->direction = plan->options.direction;
  rings->op = plan->options.op;
  rings->symmetric = plan->symmetric;
  rings->form = form;
  KHOP_TRY(form->build(rings, plan));
  *out = rings;
  rings = NULL;
done:
  khop_rings_free(rings);
  return status;
}
