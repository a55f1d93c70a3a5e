/* resplit.c: see resplit.h. */
#include "train/auto/resplit.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/auto/divider.h"

static khop_status add_split(khop_i_resplit *r, khop_i_divider *divider, uint8_t *part) {
  int64_t n = khop_graph_nodes(r->data.graph);
  uint8_t **mask = &r->data.masks[r->data.splits];
  khop_status status = khop_i_alloc(mask, 3 * n, 1, "a split");
  if (status != KHOP_OK) return status;
  r->data.splits++;
  khop_i_divider_next(part, divider);
  for (int64_t i = 0; i < n; i++)
    if (part[i] != KHOP_I_TAKES_NO_PART) (*mask)[part[i] * n + i] = 1;
  return KHOP_OK;
}

khop_status khop_i_resplit_parts(uint8_t **part, const khop_data *data, int split) {
  const uint8_t *train = khop_data_mask(data, split, KHOP_TRAIN), *val = khop_data_mask(data, split, KHOP_VAL);
  int64_t n = khop_graph_nodes(data->graph);
  khop_status status = khop_i_alloc(part, n, 1, "parts");
  for (int64_t i = 0; status == KHOP_OK && i < n; i++)
    (*part)[i] = train[i] ? KHOP_TRAIN : val[i] ? KHOP_VAL : KHOP_I_TAKES_NO_PART;
  return status;
}

khop_status khop_i_resplit_open(khop_i_resplit *r, const khop_data *data, int split, int count, uint64_t seed) {
  khop_status status = KHOP_OK;
  int64_t n = khop_graph_nodes(data->graph);
  uint8_t *was = NULL, *part = NULL;
  khop_i_divider divider = {0};
  r->data = *data;
  r->data.splits = 0;
  r->data.masks = NULL;
  KHOP_TRY(khop_i_resplit_parts(&was, data, split));
  KHOP_TRY(khop_i_alloc(&part, n, 1, "parts"));
  KHOP_TRY(khop_i_alloc(&r->data.masks, count, sizeof *r->data.masks, "splits"));
  KHOP_TRY(khop_i_divider_open(&divider, was, data->labels, n, data->classes, seed));
  for (int s = 0; s < count; s++) KHOP_TRY(add_split(r, &divider, part));
done:
  khop_i_divider_close(&divider);
  khop_i_free(was);
  khop_i_free(part);
  return status;
}

void khop_i_resplit_close(khop_i_resplit *r) {
  for (int s = 0; s < r->data.splits; s++) khop_i_free(r->data.masks[s]);
  khop_i_free(r->data.masks);
  *r = (khop_i_resplit){0};
}
