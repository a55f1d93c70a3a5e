/* test_shard_read.c: what ranks (threads, exchange_threads.h) read of a file together is what
 * khop_graph_read reads alone: the same nodes by the same numbers and names, the same arcs, wherever
 * ranges begin; and what is wrong in a file is told by all of them. */
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "distributed/read.h"
#include "distributed/shard.h"
#include "exchange_threads.h"

#include <khop/shard_read.h>
#include <unistd.h>

typedef struct job {
  const char *path[MOST_RANKS]; /* NULL: that of rank 0 */
  khop_read_options options;
  khop_i_cuts cuts;
  const khop_graph *whole;
} job;

/* --- one rank --------------------------------------------------------------------------------- */

/* The name that the graph of one process has for a node. */
static const char *whole_name(const khop_graph *graph, int64_t node) {
  for (int c = 0; c < khop_graph_columns(graph); c++) {
    const khop_column *column = khop_graph_column(graph, c);
    if (!strcmp(column->name, "name") || !strcmp(column->name, "id")) return column->strings[node];
  }
  return NULL;
}

static khop_status same_names(const khop_shard *s, const khop_graph *whole) {
  char text[64];
  for (int64_t i = 0; i < khop_shard_rows(s); i++) {
    const char *got = khop_shard_name(text, sizeof text, s, i), *wanted = whole_name(whole, khop_shard_first(s) + i);
    if (!got != !wanted || (got && strcmp(got, wanted)))
      return khop_i_fail(KHOP_E_INTERNAL, "node %lld is called '%s', not '%s'", (long long)khop_shard_first(s) + i,
                         got ? got : "nothing", wanted ? wanted : "nothing");
  }
  return KHOP_OK;
}

static khop_status same_arcs(const khop_shard *s, const khop_graph *whole) {
  const khop_i_arc_rows *own = &s->along[KHOP_OUT];
  const int64_t *offsets = khop_graph_offsets(whole) + khop_shard_first(s);
  const int32_t *targets = khop_graph_targets(whole) + offsets[0];
  if (khop_shard_nodes(s) != khop_graph_nodes(whole) || s->directed != khop_graph_is_directed(whole))
    return khop_i_fail(KHOP_E_INTERNAL, "%lld nodes, not %lld, or another direction", (long long)khop_shard_nodes(s),
                       (long long)khop_graph_nodes(whole));
  for (int64_t i = 0; i <= khop_shard_rows(s); i++)
    if (own->offsets[i] != offsets[i] - offsets[0])
      return khop_i_fail(KHOP_E_INTERNAL, "row %lld has other arcs", (long long)i);
  for (int64_t a = 0; a < khop_shard_arcs(s); a++)
    if (own->targets[a] != targets[a])
      return khop_i_fail(KHOP_E_INTERNAL, "arc %lld leads to %lld, not %d", (long long)a, (long long)own->targets[a],
                         targets[a]);
  return KHOP_OK;
}

/* All that one process tells, but for what is dropped when a graph is made, and summaries of names. */
static khop_status same_notes(const khop_shard *s, const khop_graph *whole) {
  int at = 0;
  for (int i = 0; i < khop_graph_notes(whole); i++) {
    const char *note = khop_graph_note(whole, i);
    if (strstr(note, "self-loops are") || strstr(note, "repeated edges") || strstr(note, " nodes, named ") ||
        strstr(note, "two sets of nodes"))
      continue;
    while (at < khop_shard_notes(s) && strcmp(khop_shard_note(s, at), note)) at++;
    if (at == khop_shard_notes(s)) return khop_i_fail(KHOP_E_INTERNAL, "nobody tells: %s", note);
  }
  return KHOP_OK;
}

static khop_status work(const khop_exchange *e, void *context) {
  const job *j = context;
  khop_shard *s = NULL;
  starve(e);
  khop_status status = khop_i_shard_read(&s, e, j->path[e->rank] ? j->path[e->rank] : j->path[0], &j->options, &j->cuts);
  feed();
  if (status == KHOP_OK && j->whole) {
    status = same_arcs(s, j->whole);
    if (status == KHOP_OK) status = same_names(s, j->whole);
    if (status == KHOP_OK) status = same_notes(s, j->whole);
  }
  khop_shard_free(s);
  return status;
}

/* --- all of them ------------------------------------------------------------------------------ */

static const char *put(const char *name, const char *text, size_t size) {
  FILE *file = fopen(name, "wb");
  if (!file || fwrite(text, 1, size, file) != size || fclose(file)) abort();
  return name;
}

static void same_as_alone(int ranks, const job *j) {
  team *t = run_ranks(ranks, work, (void *)(uintptr_t)j);
  together(t, KHOP_OK);
  free(t);
}

/* Two ranks with a border at every byte, three with two at random, four; blocks of few bytes and of many. */
static void same_wherever_cut(const char *name, const char *text, khop_read_options options) {
  int64_t size = (int64_t)strlen(text), begin[MOST_RANKS + 1];
  khop_i_random r;
  khop_graph *whole;
  options.size = sizeof options;
  job j = {.path = {put(name, text, (size_t)size)}, .options = options};
  ok(khop_graph_read(&whole, name, &options));
  j.whole = whole;
  khop_i_random_seed(&r, 21);
  for (int ranks = 1; ranks <= 4 && ranks <= khop_graph_nodes(whole); ranks++) same_as_alone(ranks, &j);
  for (int64_t cut = 0; cut <= size && khop_graph_nodes(whole) > 2; cut++) {
    int64_t other = khop_i_random_below(&r, size + 1);
    j.cuts = (khop_i_cuts){begin, cut % 3 ? 5 : 0};
    begin[0] = 0, begin[1] = cut, begin[2] = size;
    same_as_alone(2, &j);
    begin[1] = cut < other ? cut : other, begin[2] = cut < other ? other : cut, begin[3] = size;
    same_as_alone(3, &j);
  }
  khop_graph_free(whole);
}

static const khop_read_options plain = {0}, directed = {.directed = true}, position = {.ids = KHOP_IDS_POSITION},
                               as_edges = {.format = "edges"};

static void edge_lists_are_those_of_one_process_wherever_they_are_cut(void **state) {
  (void)state;
  same_wherever_cut("counted.txt", "0 1\n1 2\n2 3\n3 0\n0 0\n1 2\n", plain);
  same_wherever_cut("sparse.txt", "# a comment\n70 5\n5 900000000000\n\n12 70\r\n# 1 2\n5 12", plain);
  same_wherever_cut("arcs.el", "3 1\n1 3\n3 7\n7 7\n", directed);
  same_wherever_cut("snap.txt", "# Directed graph: x\n# FromNodeId ToNodeId\n4\t1\n1\t2\n2\t4\n", plain);
  same_wherever_cut("places.txt", "0 3\n09 2\n5 3\n", position);
  same_wherever_cut("words.txt", "bob alice\nalice carl\n\"d e\" bob\nzoe 17\n17 bob\n", plain);
  same_wherever_cut("late.txt", "1 2\n2 3\n3 1\n5 x\nx 1\n", plain);
  same_wherever_cut("weights.txt", "1 2 0.5\n2 3 1.5\n1 3 2.5\n", plain);
  same_wherever_cut("head.csv", "id,source,target,w\n0,a,b,1\n1,b,c,2\n2,c,a,2\n3,#d,a,1\n", plain);
  same_wherever_cut("marked.csv", "source,target\n#a,#b\n#b,#c\n", plain);
  same_wherever_cut("typed.csv", "Source;Target;Type\n1;2;Directed\n3;2;Undirected\n3;4;Directed\n", plain);
  same_wherever_cut("bare.csv", "x,y\ny,z\nz,w\nw,x\n", plain);
  same_wherever_cut("mark.txt", "\xef\xbb\xbf" "10 20\n20 30\n30 40\n", plain);
  same_wherever_cut("ragged.txt", "1 2\n2 3 4\n3 1\n", as_edges);
  same_wherever_cut("names.ncol", "a b 2\nb c 3\n#c, a 4\n", plain);
}

static void matrices_are_those_of_one_process_wherever_they_are_cut(void **state) {
  (void)state;
  same_wherever_cut("general.mtx", "%%MatrixMarket matrix coordinate pattern general\n% c\n4 4 4\n1 2\n2 3\n\n% d\n4 1\n3 3\n",
                    plain);
  same_wherever_cut("mirrored.mtx", "%%MatrixMarket matrix coordinate integer general\n3 3 4\n1 2 1\n2 1 1\n2 3 1\n3 2 1\n",
                    plain);
  same_wherever_cut("mirrored.mtx", "%%MatrixMarket matrix coordinate integer general\n3 3 4\n1 2 1\n2 1 1\n2 3 1\n3 2 1\n",
                    directed);
  same_wherever_cut("symmetric.mtx", "%%MatrixMarket matrix coordinate real symmetric\n5 5 4\n2 1 .5\n3 1 1.0D+1\n5 4 0\n4 4 1\n",
                    plain);
  same_wherever_cut("sides.mtx", "%%MatrixMarket matrix coordinate real general\n2 3 3\n1 1 1\n2 3 2\n1 2 1\n", plain);
}

static void large_random_lists_are_those_of_one_process(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  for (int kind = 0; kind < 4; kind++) {
    char *text = block_of(1, 1 << 20), *at = text;
    khop_graph *whole;
    for (int e = 0; e < 20000; e++) {
      long long a = (long long)khop_i_random_below(&r, 3000), b = (long long)khop_i_random_below(&r, 9000);
      long long wide = kind == 1 ? 1000000007 : 1;
      at += sprintf(at, kind < 2 ? "%lld %lld\n" : kind == 2 ? "n%lld n%lld\n" : "%lld v%lld\n", a * wide, b * wide);
    }
    job j = {.path = {put("large.txt", text, (size_t)(at - text))}, .options = {.size = sizeof j.options, .directed = kind % 2}};
    ok(khop_graph_read(&whole, "large.txt", &j.options));
    j.whole = whole;
    j.cuts.block = 1000;
    for (int ranks = 1; ranks <= 7; ranks += 2) same_as_alone(ranks, &j);
    khop_graph_free(whole);
    free(text);
  }
}

/* --- other owners ------------------------------------------------------------------------------- */

typedef struct moving {
  job read;
  const int *owner;  /* (N) of the nodes of one process */
  int64_t *origin;   /* (N) of the new numbers: each rank writes its own */
  int wrong;         /* an owner that is no rank, of the last rank's first row */
} moving;

/* Rows that a rank was given are those of the file, with the same neighbours and names. */
static khop_status same_rows(const khop_shard *s, const moving *m) {
  const khop_graph *whole = m->read.whole;
  const int64_t *origin = khop_shard_origin(s), *offsets = khop_graph_offsets(whole);
  for (int64_t i = 0; i < khop_shard_rows(s); i++) {
    char text[64];
    int64_t node = origin[i], begin = s->along[KHOP_OUT].offsets[i], degree = s->along[KHOP_OUT].offsets[i + 1] - begin;
    bool same = m->owner[node] == s->owners.exchange.rank && (!i || node > origin[i - 1]) &&
                degree == offsets[node + 1] - offsets[node];
    for (int64_t a = 0; same && a < degree; a++) { /* each neighbour is one of the file's */
      int64_t to = m->origin[s->along[KHOP_OUT].targets[begin + a]];
      same = false;
      for (int64_t b = offsets[node]; b < offsets[node + 1]; b++) same = same || khop_graph_targets(whole)[b] == to;
    }
    const char *name = khop_shard_name(text, sizeof text, s, i), *wanted = whole_name(whole, node);
    if (!same || !name != !wanted || (name && strcmp(name, wanted)))
      return khop_i_fail(KHOP_E_INTERNAL, "row %lld is not node %lld", (long long)i, (long long)node);
  }
  return KHOP_OK;
}

static khop_status move_rows(const khop_exchange *e, void *context) {
  const moving *m = context;
  khop_shard *s = NULL, *first = NULL, *second = NULL;
  int *zero = block_of(1000, sizeof *zero), *owner = block_of(1000, sizeof *owner);
  khop_status status = KHOP_OK;
  starve(e);
  KHOP_TRY(khop_i_shard_read(&s, e, m->read.path[0], &m->read.options, &m->read.cuts));
  KHOP_TRY(khop_shard_renumber(&first, s, zero)); /* all to rank 0, and from there to whom they belong */
  for (int64_t i = 0; i < khop_shard_rows(first); i++) owner[i] = m->owner[khop_shard_origin(first)[i]];
  if (m->wrong && e->rank == 0) owner[0] = m->wrong;
  KHOP_TRY(khop_shard_renumber(&second, first, owner));
  feed();
  for (int64_t i = 0; i < khop_shard_rows(second); i++)
    m->origin[khop_shard_first(second) + i] = khop_shard_origin(second)[i];
  KHOP_TRY(khop_i_agree(e, KHOP_OK));
  status = same_rows(second, m);
  if (status == KHOP_OK && second->directed != khop_graph_is_directed(m->read.whole))
    status = khop_i_fail(KHOP_E_INTERNAL, "another direction");
  if (status == KHOP_OK) status = same_notes(second, m->read.whole);
done:
  feed();
  khop_shard_free(s);
  khop_shard_free(first);
  khop_shard_free(second);
  free(zero);
  free(owner);
  return status;
}

static int owners[1000];
static int64_t origins[1000];

static void open_moving(moving *m, const char *name, const char *text, khop_graph **whole, int ranks) {
  khop_i_random r;
  khop_i_random_seed(&r, (uint64_t)ranks);
  *m = (moving){.read = {.path = {put(name, text, strlen(text))}, .options = {.size = sizeof m->read.options}},
                .owner = owners, .origin = origins};
  if (whole) ok(khop_graph_read(whole, name, &m->read.options));
  if (whole) m->read.whole = *whole;
  for (int i = 0; i < 1000; i++) owners[i] = (int)khop_i_random_below(&r, ranks);
}

static void renumbered_rows_are_those_of_the_file_at_their_new_owners(void **state) {
  (void)state;
  const char *const texts[][2] = {
      {"a.txt", "7 8\n8 9\n9 20\n20 7\n20 31\n31 40\n7 50\n"},
      {"b.txt", "# Directed graph\nx y\ny zebra-with-a-long-name\nq x\nq y\nw q\n"},
      {"c.mtx", "%%MatrixMarket matrix coordinate pattern general\n6 6 4\n1 2\n2 3\n4 1\n6 1\n"},
      {"d.mtx", "%%MatrixMarket matrix coordinate pattern general\n4 5 4\n1 2\n2 3\n4 1\n3 5\n"},
      {"e.txt", "0 1\n1 2\n2 3\n3 4\n4 5\n"}};
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
    for (int ranks = 1; ranks <= 4; ranks++) {
      moving m;
      khop_graph *whole;
      open_moving(&m, texts[k][0], texts[k][1], &whole, ranks);
      team *t = run_ranks(ranks, move_rows, &m);
      together(t, KHOP_OK);
      free(t);
      khop_graph_free(whole);
    }
}

static void an_owner_that_is_no_rank_is_refused_on_all(void **state) {
  (void)state;
  moving m;
  khop_graph *whole;
  open_moving(&m, "a.txt", "7 8\n8 9\n9 20\n", &whole, 3);
  m.wrong = 3;
  team *t = run_ranks(3, move_rows, &m);
  together(t, KHOP_E_ARGUMENT);
  assert_string_equal(t->seat[0].sentence, "rank 0 of 3: node 0 is to be owned by rank 3 of 3");
  free(t);
  khop_graph_free(whole);
}

/* --- what goes wrong -------------------------------------------------------------------------- */

static void all_say(int ranks, const job *j, khop_status status, const char *sentence) {
  team *t = run_ranks(ranks, work, (void *)(uintptr_t)j);
  together(t, status);
  if (!strstr(t->seat[0].sentence, sentence)) fail_msg("'%s' is not in '%s'", sentence, t->seat[0].sentence);
  free(t);
}

static void refused(const char *name, const char *text, khop_read_options options, khop_status status,
                    const char *sentence) {
  options.size = sizeof options;
  job j = {.path = {put(name, text, strlen(text))}, .options = options};
  all_say(3, &j, status, sentence);
}

static void a_bad_line_is_told_with_its_number_in_the_file(void **state) {
  (void)state;
  refused("bad.txt", "1 2\n2 3\n3 4\n4 5\n5 6\n6 -7\n7 8\n", plain, KHOP_E_FORMAT, "bad.txt: line 6: ");
  refused("bad.txt", "1 2\n2 3\n3 4\n4 5\n5 6\n6\n7 8\n", as_edges, KHOP_E_FORMAT, "line 6: \"6\" has one field");
  refused("bad.txt", "1 2\n2 3\n3 4\n-1 5\n5 6\n6 -7\n7 8\n", plain, KHOP_E_FORMAT, "line 4: ");
  refused("bad.txt", "1 2\n2 3\n3 400\n4 5\n5 6\n", (khop_read_options){.max_id = 100}, KHOP_E_FORMAT,
          "line 3: the node id 400 is above the cap of 100");
  refused("bad.csv", "source,target\n1,2\n2,3\n3,4\n4,5,6\n", plain, KHOP_E_FORMAT, "line 5: ");
  refused("bad.mtx", "%%MatrixMarket matrix coordinate pattern general\n3 3 3\n1 2\n2 4\n3 1\n", plain, KHOP_E_FORMAT,
          "bad.mtx: line 4: column 4 is not between 1 and 3");
  refused("bad.mtx", "%%MatrixMarket matrix coordinate pattern general\n3 3 4\n1 2\n2 1\n3 1\n", plain, KHOP_E_FORMAT,
          "promises 4 entries, and there are 3");
  put("nul.txt", "1 2\n2 3\n3 \0004\n4 5\n", 17);
  all_say(3, &(job){.path = {"nul.txt"}}, KHOP_E_FORMAT, "line 3: a NUL byte");
}

static void what_needs_all_lines_is_refused(void **state) {
  (void)state;
  refused("lists.txt", "0 1 2\n1 2\n2 3\n", plain, KHOP_E_UNSUPPORTED, "line 2 has not as many fields");
  refused("wide.txt", "0 1 2\n1 2 3\n2 3 0\n", plain, KHOP_E_UNSUPPORTED, "each line begins with another");
  same_wherever_cut("counts.txt", "0 1 2\n0 2 3\n2 3 3\n", plain);
  refused("lists.adjlist", "0 1 2\n1 2\n2 3\n", plain, KHOP_E_UNSUPPORTED, "format adjlist is read in one process");
  refused("colons.txt", "0: 1 2\n1: 2\n2: 3\n", plain, KHOP_E_UNSUPPORTED, "adjacency lists are read in one process");
  refused("bip.txt", "% bip\n1 2\n2 3\n3 4\n", plain, KHOP_E_UNSUPPORTED, "two sets of nodes");
  refused("rows.csv", "from,to\n1,5,6\n2,6,7\n", plain, KHOP_E_UNSUPPORTED, "rows with a field more than the header");
  refused("array.mtx", "%%MatrixMarket matrix array real general\n2 2\n1\n0\n0\n1\n", plain, KHOP_E_UNSUPPORTED,
          "an array of Matrix Market");
  refused("a.gml", "graph []\n", plain, KHOP_E_UNSUPPORTED, "format gml is read in one process");
  refused("a.txt.gz", "xx", plain, KHOP_E_UNSUPPORTED, "a packed file");
  refused("none.txt", "# no edge\n", plain, KHOP_E_FORMAT, "no edges in its lines");
  refused("few.txt", "0 1\n", plain, KHOP_E_ARGUMENT, "3 ranks are more than the 2 nodes");
}

static void files_that_differ_between_ranks_are_refused(void **state) {
  (void)state;
  put("one.txt", "1 2\n2 3\n3 4\n4 5\n", 16);
  put("two.txt", "1 2\n2 3\n3 4\n4 6\n", 16);
  put("long.txt", "1 2\n2 3\n3 4\n4 51\n", 17);
  all_say(3, &(job){.path = {"one.txt", NULL, "two.txt"}}, KHOP_E_ARGUMENT,
          "bytes 10 to 15 of the file of rank 1 differ from those of rank 2");
  all_say(3, &(job){.path = {"one.txt", "long.txt"}}, KHOP_E_ARGUMENT,
          "rank 1 of 3: its file's size is 17, and that of rank 0 is 16");
  all_say(3, &(job){.path = {"one.txt", NULL, "gone.txt"}}, KHOP_E_NOT_FOUND, "rank 2 of 3: gone.txt: cannot open");
  all_say(2, &(job){.path = {"one.txt", "."}, .options = {.size = sizeof(khop_read_options), .format = "edges"}},
          KHOP_E_UNSUPPORTED, "rank 1 of 2: .: not a regular file");
}

/* --- ranks that fail -------------------------------------------------------------------------- */

static const char *const small[] = {"fail.txt", "names.txt", "fail.mtx"};
static void put_small(void) {
  put("fail.txt", "10 20\n20 30\n30 10\n", 18);
  put("names.txt", "a b\nb c\nc a\n", 12);
  const char *mtx = "%%MatrixMarket matrix coordinate pattern general\n3 3 3\n1 2\n2 3\n3 1\n";
  put("fail.mtx", mtx, strlen(mtx));
}

static void a_call_that_fails_fails_on_all_ranks(void **state) {
  (void)state;
  put_small();
  for (int k = 0; k < 3; k++) assert_true(break_each_call(3, work, &(job){.path = {small[k]}}) > 5);
}

static void a_call_that_fails_while_rows_move_fails_on_all_ranks(void **state) {
  (void)state;
  moving m;
  khop_graph *whole;
  open_moving(&m, "names.txt", "a b\nb c\nc a\nc d\n", &whole, 3);
  assert_true(break_each_call(3, move_rows, &m) > 20);
  khop_graph_free(whole);
}

static void memory_that_runs_out_on_a_rank_fails_all(void **state) {
  (void)state;
  put_small();
  memory_runs_out_on_ranks();
  for (int k = 0; k < 3; k++) assert_true(starve_each(2, work, &(job){.path = {small[k]}}) > 10);
  memory_is_plenty();
}

static khop_status move_unchecked(const khop_exchange *e, void *context) {
  const moving *m = context;
  khop_shard *s = NULL, *moved = NULL;
  int *owner = block_of(1000, sizeof *owner);
  starve(e);
  khop_status status = khop_i_shard_read(&s, e, m->read.path[0], &m->read.options, &m->read.cuts);
  for (int i = 0; i < 1000; i++) owner[i] = i % e->ranks;
  if (status == KHOP_OK) status = khop_shard_renumber(&moved, s, owner);
  feed();
  khop_shard_free(s);
  khop_shard_free(moved);
  free(owner);
  return status;
}

static void memory_that_runs_out_while_rows_move_fails_all(void **state) {
  (void)state;
  moving m;
  open_moving(&m, "names.txt", "a b\nb c\nc a\nc d\n", NULL, 2);
  memory_runs_out_on_ranks();
  assert_true(starve_each(2, move_unchecked, &m) > 40);
  memory_is_plenty();
}

static int enter_folder(void **state) {
  return open_folder(state) || chdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edge_lists_are_those_of_one_process_wherever_they_are_cut),
      cmocka_unit_test(matrices_are_those_of_one_process_wherever_they_are_cut),
      cmocka_unit_test(large_random_lists_are_those_of_one_process),
      cmocka_unit_test(renumbered_rows_are_those_of_the_file_at_their_new_owners),
      cmocka_unit_test(an_owner_that_is_no_rank_is_refused_on_all),
      cmocka_unit_test(a_call_that_fails_while_rows_move_fails_on_all_ranks),
      cmocka_unit_test(memory_that_runs_out_while_rows_move_fails_all),
      cmocka_unit_test(a_bad_line_is_told_with_its_number_in_the_file),
      cmocka_unit_test(what_needs_all_lines_is_refused),
      cmocka_unit_test(files_that_differ_between_ranks_are_refused),
      cmocka_unit_test(a_call_that_fails_fails_on_all_ranks),
      cmocka_unit_test(memory_that_runs_out_on_a_rank_fails_all),
  };
  return cmocka_run_group_tests(tests, enter_folder, close_folder);
}
