/* forms.c: the table of forms. */
#include "forms/form.h"
#include "base/error.h"

static const khop_i_form *const rows[] = {
    [KHOP_STORED] = &khop_i_stored,
    [KHOP_MATRIX_FREE] = &khop_i_matrix_free,
    [KHOP_LADDER] = &khop_i_ladder_form,
    [KHOP_BITMAP] = &khop_i_bitmap_form,
};

const khop_i_form *khop_i_form_row(khop_form form) {
  return form >= KHOP_STORED && form < (int)(sizeof rows / sizeof *rows) ? rows[form] : NULL;
}

const char *khop_i_form_name(khop_form form) {
  const khop_i_form *row = khop_i_form_row(form);
  return row ? row->name : "auto";
}

khop_status khop_i_form_refuse(const khop_i_plan *plan, const char *how, double bytes) {
  return khop_i_fail(KHOP_E_BUDGET,
                     "the rings up to hop %d of %lld nodes, %s, take %.3g MB and the budget is %.3g MB: "
                     "ask for fewer hops, or raise the budget", plan->hops[plan->slots - 1],
                     (long long)plan->graph->nodes, how, bytes / 1e6, (double)plan->max_bytes / 1e6);
}
