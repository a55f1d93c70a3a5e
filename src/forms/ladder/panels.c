/* panels.c: see panels.h. */
#include "forms/ladder/panels.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/ladder/schedule.h"

/* Columns of a panel: the wider, the less often the entries are read. So four cache lines, or, where the panels would
 * take more than MOST_PANEL_BYTES, two or one. Where steps have LONG_STEP terms or more, and so read the same rows over
 * and over, two lines once the rows of four take more than HALVED_FROM, some two L2 sizes. Fitted on an Intel Xeon, the
 * last one on an AMD EPYC: docs/notes/2026-11-ladder.md has the times of all widths; `sh bench/run forms spmm` measures
 * them anew. */
#define WIDE 64
#define LONG_STEP 32
#define MOST_PANEL_BYTES ((int64_t)64 << 20)
#define HALVED_FROM ((int64_t)2 << 20)

static int64_t panel_width(const khop_rings *rings, int64_t rows) {
  const khop_i_schedule *schedule = ((const khop_i_ladder *)rings->state)->schedule;
  int64_t width = WIDE, row = sizeof(khop_real), read = rings->nodes + schedule->homes;
  if (schedule->terms >= LONG_STEP * schedule->steps && read * width * row > HALVED_FROM) width /= 2;
  while (width > KHOP_I_PANEL_NARROW && rows * width * row > MOST_PANEL_BYTES) width /= 2;
  return width;
}

/* Rows of the panels: of a climb, X and a row for each sum; of a descent, four numbers a node and column. */
static int64_t panel_rows(const khop_rings *rings) {
  int64_t n = rings->nodes, homes = ((const khop_i_ladder *)rings->state)->schedule->homes;
  return homes < 3 * n ? 4 * n : n + homes;
}

khop_status khop_i_ladder_panels_new(khop_i_ladder_panels **out, const khop_rings *rings, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  khop_i_ladder_panels *panels = NULL;
  int64_t rows = panel_rows(rings), other = rings->transposed ? panel_rows(rings->transposed) : 0;
  if (other > rows) rows = other;
  double row = (double)rows * sizeof(khop_real);
  double beside = (double)khop_rings_bytes(rings) + sizeof *panels, most = (double)plan->max_bytes;
  int64_t width = panel_width(rings, rows);
  while (width > KHOP_I_PANEL_NARROW && beside + row * (double)width > most) width /= 2;
  double bytes = beside + row * (double)width;
  if (bytes > most) return khop_i_form_refuse(plan, rings->form->how, bytes);
  KHOP_TRY(khop_i_alloc(&panels, 1, sizeof *panels, "panels"));
  pthread_mutex_init(&panels->lock, NULL);
  panels->rows = rows;
  panels->width = width;
  KHOP_TRY(khop_i_alloc_raw(&panels->data, rows * width, sizeof *panels->data, "panels"));
  *out = panels;
  panels = NULL;
done:
  khop_i_ladder_panels_free(panels);
  return status;
}

void khop_i_ladder_panels_free(khop_i_ladder_panels *panels) {
  if (!panels) return;
  pthread_mutex_destroy(&panels->lock);
  khop_i_free(panels->data);
  khop_i_free(panels);
}
