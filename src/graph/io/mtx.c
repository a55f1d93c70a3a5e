/* mtx.c: Matrix Market, read with CHOLMOD once its lines have been checked (mtx_check.c). The only file of this folder
 * that knows CHOLMOD. */
#include "graph/io/mtx.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "graph/io/ignored.h"
#include "graph/io/matrix.h"
#include "graph/io/mtx_check.h"
#include "graph/io/source.h"
#include "graph/io/text.h"
#include "graph/notes.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#if __has_include(<suitesparse/cholmod.h>)
#include <suitesparse/cholmod.h>
#else
#include <cholmod.h>
#endif

static khop_status fail_cholmod(const cholmod_common *common) {
  return khop_i_fail(common->status == CHOLMOD_OUT_OF_MEMORY ? KHOP_E_MEMORY : KHOP_E_FORMAT,
                     "CHOLMOD cannot read it (status %d)", common->status);
}

static khop_status read_coordinates(khop_graph **graph, const khop_i_mtx *m, FILE *file,
                                    cholmod_common *common) {
  khop_status status = KHOP_OK;
  khop_graph *arcs = NULL;
  int64_t *from = NULL, *to = NULL, count = 0;
  cholmod_triplet *triplet = cholmod_l_read_triplet(file, common);
  if (!triplet) KHOP_TRY(fail_cholmod(common));
  count = (int64_t)triplet->nnz;
  KHOP_TRY(khop_i_alloc_raw(&from, count, sizeof *from, "entries"));
  KHOP_TRY(khop_i_alloc_raw(&to, count, sizeof *to, "entries"));
  for (int64_t e = 0; e < count; e++) {
    from[e] = ((const int64_t *)triplet->i)[e];
    to[e] = ((const int64_t *)triplet->j)[e] + (m->two_sides ? m->rows : 0);
  }
  KHOP_TRY(khop_graph_from_coo(&arcs, m->nodes, count, from, to, m->directed));
  if (m->symmetric) { /* CHOLMOD has added the mirrored entries of some symmetries, not of others */
    KHOP_TRY(khop_i_graph_symmetrize(graph, arcs));
  } else {
    *graph = arcs;
    arcs = NULL;
  }
done:
  cholmod_l_free_triplet(&triplet, common);
  khop_graph_free(arcs);
  khop_i_free(from);
  khop_i_free(to);
  return status;
}

/* The array is column-major, and CHOLMOD has filled in both triangles: its rows are those of the graph. */
static khop_status read_array(khop_graph **graph, const khop_i_mtx *m, FILE *file,
                              cholmod_common *common) {
  khop_status status = KHOP_OK;
  int64_t *offsets = NULL, *targets = NULL, count = 0, n = m->rows, first = m->two_sides ? m->rows : 0;
  cholmod_dense *dense = cholmod_l_read_dense(file, common);
  if (!dense) KHOP_TRY(fail_cholmod(common));
  const double *x = dense->x;
  int64_t wide = dense->xtype == CHOLMOD_COMPLEX ? 2 : 1, ld = (int64_t)dense->d;
  for (int64_t j = 0; j < m->columns; j++)
    for (int64_t i = 0; i < wide * n; i += wide)
      count += x[wide * j * ld + i] != 0 || (wide == 2 && x[wide * j * ld + i + 1] != 0);
  KHOP_TRY(khop_i_alloc(&offsets, m->nodes + 1, sizeof *offsets, "rows"));
  KHOP_TRY(khop_i_alloc_raw(&targets, count, sizeof *targets, "entries"));
  count = 0;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < m->columns; j++) {
      const double *value = x + wide * (j * ld + i);
      if (value[0] != 0 || (wide == 2 && value[1] != 0)) targets[count++] = first + j;
    }
    offsets[i + 1] = count;
  }
  for (int64_t i = n; i < m->nodes; i++) offsets[i + 1] = count;
  KHOP_TRY(khop_graph_from_csr(graph, m->nodes, offsets, targets, m->directed && !m->symmetric));
done:
  cholmod_l_free_dense(&dense, common);
  khop_i_free(offsets);
  khop_i_free(targets);
  return status;
}

static khop_status read_with_cholmod(khop_graph **graph, const khop_i_mtx *m, FILE *file) {
  cholmod_common common;
  cholmod_l_start(&common);
  common.print = 0;
  common.prefer_binary = 1; /* else CHOLMOD gives symmetric patterns the values n and -1 */
  khop_status status =
      m->array ? read_array(graph, m, file, &common) : read_coordinates(graph, m, file, &common);
  cholmod_l_finish(&common);
  return status;
}

/* The same with D as E, which CHOLMOD reads. In the banner and in comments nothing changes. */
static khop_status read_fortran(khop_graph **graph, const khop_i_mtx *m, const khop_i_source *source) {
  khop_i_text text = {0};
  khop_i_line line;
  FILE *file = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_text_read(&text, source));
  line = (khop_i_line){.next = text.bytes};
  while (khop_i_text_line(&line))
    for (char *at = text.bytes + (line.start - text.bytes); at < line.end && *line.start != '%'; at++)
      if (*at == 'D' || *at == 'd') *at = 'E';
  file = fmemopen(text.bytes, (size_t)text.length, "rb");
  if (!file) KHOP_FAIL(KHOP_E_MEMORY, "no memory for %lld bytes of text", (long long)text.length);
  KHOP_TRY(read_with_cholmod(graph, m, file));
done:
  if (file) fclose(file);
  khop_i_text_free(&text);
  return status;
}

khop_status khop_i_read_mtx(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_lines *lines = NULL;
  khop_graph *made = NULL;
  khop_i_mtx m = {0};
  /* sscanf in CHOLMOD reads 0.5 as 0 where the locale writes 0,5 */
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = (locale_t)0;
  if (!plain) return khop_i_fail(KHOP_E_MEMORY, "no memory for a locale");
  before = uselocale(plain);
  KHOP_TRY(khop_i_alloc_raw(&lines, 1, sizeof *lines, "a reader"));
  khop_i_lines_start(lines, source->file);
  KHOP_TRY(khop_i_mtx_check(&m, lines, source->bytes));
  m.directed = !m.two_sides || source->options.directed; /* two sides have no direction unless somebody says so */
  if (fseeko(source->file, 0, SEEK_SET) != 0)
    KHOP_FAIL(KHOP_E_IO, "cannot read: %s", strerror(errno));
  KHOP_TRY(m.fortran ? read_fortran(&made, &m, source) : read_with_cholmod(&made, &m, source->file));
  if (!m.symmetric && !m.two_sides && !source->options.directed) KHOP_TRY(khop_i_matrix_settle(made));
  KHOP_TRY(khop_i_matrix_ids(made, m.two_sides ? m.rows : 0));
  if (m.two_sides) KHOP_TRY(khop_i_matrix_sides(made, m.rows, m.columns));
  KHOP_TRY(khop_i_ignored_tell(made, &(khop_i_ignored){.weights = m.weighted}));
  if (m.zeros)
    KHOP_TRY(khop_i_graph_note(made, "entries that are 0 are edges too: %lld", (long long)m.zeros));
  *graph = made;
  made = NULL;
done:
  uselocale(before);
  freelocale(plain);
  khop_graph_free(made);
  khop_i_free(lines);
  return status;
}
