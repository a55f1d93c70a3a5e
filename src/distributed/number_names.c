/* number_names.c: names in the order of first mention (number_ids.h).
 *
 *   lines of rank 0   a b   b c        lines of rank 1   c d
 *   asked rank 0      a c | c          which name was mentioned before: all but the first c
 *   asked rank 1      b | d
 *   numbers           a 0  b 1  c 2                      d 3: firsts are counted on, the others hear the number */
#include "base/error.h"
#include "base/memory.h"
#include "distributed/number_names.h"

#include <string.h>

/* The names that a rank has read, in the order of who is asked for them. */
typedef struct question {
  int64_t *begin;        /* (ranks + 1) those that rank q is asked for; owns */
  int64_t *order;        /* (count) ids of the table; owns */
  khop_i_row_names text; /* (count) in this order */
} question;

static void close_question(question *q) {
  khop_i_free(q->begin);
  khop_i_free(q->order);
  khop_i_row_names_clear(&q->text);
}

/* Names id[0], id[1] .. of a table; id NULL: 0, 1, .. */
static khop_status copy_names(khop_i_row_names *names, const khop_i_string_table *table, int64_t count,
                              const int64_t *id) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&names->start, count + 1, sizeof *names->start, "names of nodes"));
  for (int64_t i = 0; i < count; i++)
    names->start[i + 1] =
        names->start[i] + khop_i_name_words(strlen(khop_i_string_table_text(table, (int32_t)id[i])));
  KHOP_TRY(khop_i_alloc(&names->text, names->start[count], sizeof *names->text, "names of nodes"));
  for (int64_t i = 0; i < count; i++)
    strcpy((char *)(names->text + names->start[i]), khop_i_string_table_text(table, (int32_t)id[i]));
done:
  return status;
}

static int asked_for(const khop_i_string_table *table, int32_t id, int ranks) {
  const char *name = khop_i_string_table_text(table, id);
  return (int)((khop_i_fnv(name, strlen(name)) >> 32) % (uint64_t)ranks);
}

static khop_status sort_question(question *q, const khop_i_string_table *table, int ranks) {
  khop_status status = KHOP_OK;
  int64_t *next = NULL;
  KHOP_TRY(khop_i_alloc(&q->begin, (int64_t)ranks + 1, sizeof *q->begin, "ranks"));
  KHOP_TRY(khop_i_alloc_raw(&q->order, table->count, sizeof *q->order, "names of nodes"));
  for (int32_t i = 0; i < table->count; i++) q->begin[asked_for(table, i, ranks) + 1]++;
  for (int r = 0; r < ranks; r++) q->begin[r + 1] += q->begin[r];
  KHOP_TRY(khop_i_copy(&next, q->begin, ranks, sizeof *next, "ranks"));
  for (int32_t i = 0; i < table->count; i++) q->order[next[asked_for(table, i, ranks)]++] = i;
  KHOP_TRY(copy_names(&q->text, table, table->count, q->order));
done:
  khop_i_free(next);
  return status;
}

/* Collective. came: the names that this rank is asked for, as numbers in the order of first mention among them: ranks
 * stand in the order of their lines. */
static khop_status receive_names(int64_t **came, khop_i_mail *mail, const khop_exchange *e, const question *q) {
  khop_i_row_names text = {0};
  khop_i_string_table table = {0};
  int64_t count = khop_i_mail_count(mail);
  khop_status status = khop_i_alloc_raw(came, count, sizeof **came, "names of nodes");
  KHOP_TRY(khop_i_row_names_send(&text, mail, status, &q->text));
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) {
    const char *name = (const char *)(text.text + text.start[i]);
    int32_t id = 0;
    status = khop_i_string_table_add(&id, &table, name, strlen(name));
    (*came)[i] = id;
  }
  KHOP_TRY(khop_i_agree(e, status));
done:
  khop_i_row_names_clear(&text);
  khop_i_string_table_free(&table);
  return status;
}

/* Collective. number (count): by id of the table; names first mentioned here are numbered, the others -1. */
static khop_status number_firsts(khop_i_numbering *n, int64_t *number, const question *q, khop_i_mail *mail,
                                 const khop_exchange *e, const khop_i_string_table *table, const int64_t *came) {
  int64_t *first = NULL, *answer = NULL, *own = NULL, seen = 0, count = 0;
  khop_status status = khop_i_alloc_raw(&first, khop_i_mail_count(mail), sizeof *first, "names of nodes");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&answer, table->count, sizeof *answer, "names of nodes");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&own, table->count, sizeof *own, "names of nodes");
  for (int64_t i = 0; status == KHOP_OK && i < khop_i_mail_count(mail); i++) {
    first[i] = came[i] == seen;
    seen += first[i];
  }
  KHOP_TRY(khop_i_mail_answer(answer, mail, status, first, sizeof *first));
  for (int32_t i = 0; i < table->count; i++) number[q->order[i]] = answer[i] ? 0 : -1;
  for (int32_t i = 0; i < table->count; i++)
    if (number[i] == 0) own[count++] = i;
  KHOP_TRY(khop_i_numbering_count(n, e, KHOP_OK, count));
  for (int64_t i = 0; i < count; i++) number[own[i]] = n->first + i;
  KHOP_TRY(khop_i_agree(e, copy_names(&n->have, table, count, own)));
done:
  khop_i_free(first);
  khop_i_free(answer);
  khop_i_free(own);
  return status;
}

/* Collective. Tells the rank that is asked the numbers of first mentions, and hears the others. */
static khop_status number_others(int64_t *number, const question *q, khop_i_mail *mail, const int64_t *came,
                                 int64_t names) {
  int64_t *told = NULL, *heard = NULL, *known = NULL, count = khop_i_mail_count(mail);
  khop_status status = khop_i_alloc_raw(&told, names, sizeof *told, "names of nodes");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&heard, count, sizeof *heard, "names of nodes");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&known, count, sizeof *known, "names of nodes");
  for (int64_t i = 0; status == KHOP_OK && i < names; i++) told[i] = number[q->order[i]];
  KHOP_TRY(khop_i_mail_send(heard, mail, status, told, sizeof *told));
  for (int64_t i = 0; i < count; i++)
    if (heard[i] >= 0) known[came[i]] = heard[i];
  for (int64_t i = 0; i < count; i++) heard[i] = known[came[i]];
  KHOP_TRY(khop_i_mail_answer(told, mail, KHOP_OK, heard, sizeof *heard));
  for (int64_t i = 0; i < names; i++) number[q->order[i]] = told[i];
done:
  khop_i_free(told);
  khop_i_free(heard);
  khop_i_free(known);
  return status;
}

khop_status khop_i_number_names(khop_i_numbering *n, const khop_exchange *e, khop_i_edge_ends *ends) {
  const khop_i_string_table *table = &ends->names[0];
  question q = {0};
  khop_i_mail mail = {0};
  int64_t *number = NULL, *came = NULL;
  *n = (khop_i_numbering){0};
  khop_status status = sort_question(&q, table, e->ranks);
  if (status == KHOP_OK) status = khop_i_alloc_raw(&number, table->count, sizeof *number, "names of nodes");
  KHOP_TRY(khop_i_mail_open(&mail, e, status, q.begin));
  KHOP_TRY(receive_names(&came, &mail, e, &q));
  KHOP_TRY(number_firsts(n, number, &q, &mail, e, table, came));
  KHOP_TRY(number_others(number, &q, &mail, came, table->count));
  for (int64_t a = 0; a < ends->count; a++) {
    ends->from[a] = number[ends->from[a]];
    ends->to[a] = number[ends->to[a]];
  }
done:
  khop_i_mail_close(&mail);
  close_question(&q);
  khop_i_free(number);
  khop_i_free(came);
  return status;
}
