/* number_ids.c: see number_ids.h. */
#include "distributed/number_ids.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "distributed/mail.h"

#include <stdlib.h>
#include <string.h>

void khop_i_numbering_close(khop_i_numbering *n) {
  khop_i_row_names_clear(&n->have);
}

/* Different numbers, ascending. */
typedef struct id_list {
  int64_t count;
  int64_t *id; /* owns */
} id_list;

static void sort_list(id_list *list, int64_t count) {
  if (count) qsort(list->id, (size_t)count, sizeof *list->id, khop_i_ascending_int64);
  for (int64_t i = 0; i < count; i++)
    if (!list->count || list->id[list->count - 1] != list->id[i]) list->id[list->count++] = list->id[i];
}

static khop_status list_ids(id_list *list, const khop_i_edge_ends *ends) {
  khop_status status = khop_i_alloc_raw(&list->id, 2 * ends->count, sizeof *list->id, "node ids");
  if (status != KHOP_OK) return status;
  if (ends->count) {
    memcpy(list->id, ends->from, (size_t)ends->count * sizeof *list->id);
    memcpy(list->id + ends->count, ends->to, (size_t)ends->count * sizeof *list->id);
  }
  sort_list(list, 2 * ends->count);
  return khop_i_grow(&list->id, list->count, sizeof *list->id, "node ids");
}

static int64_t place_of(const id_list *list, int64_t id) {
  const int64_t *at = bsearch(&id, list->id, (size_t)list->count, sizeof id, khop_i_ascending_int64);
  return at - list->id;
}

#define SAMPLES (KHOP_GATHER_BYTES / (int)sizeof(int64_t))

/* Collective. Which of its ids a rank asks which rank for: ids are cut where as many samples of all ranks lie between
 * two bounds (Shi and Schaeffer, "Parallel sorting by regular sampling", 1992). begin (ranks + 1), made here. */
static khop_status cut_list(int64_t **begin, const khop_exchange *e, khop_status status, const id_list *list) {
  int64_t own[SAMPLES], *sample = NULL;
  const void *all;
  for (int s = 0; s < SAMPLES; s++) own[s] = list->count ? list->id[s * list->count / SAMPLES] : INT64_MAX;
  if (status == KHOP_OK) status = khop_i_alloc(begin, (int64_t)e->ranks + 1, sizeof **begin, "ranks");
  if (status == KHOP_OK)
    status = khop_i_alloc_raw(&sample, (int64_t)e->ranks * SAMPLES, sizeof *sample, "node ids");
  KHOP_TRY(khop_i_gather_bytes(e, status, &all, own, sizeof own));
  memcpy(sample, all, (size_t)e->ranks * sizeof own);
  qsort(sample, (size_t)e->ranks * SAMPLES, sizeof *sample, khop_i_ascending_int64);
  for (int q = 1; q <= e->ranks; q++) {
    int64_t at = (*begin)[q - 1];
    while (at < list->count && (q == e->ranks || list->id[at] < sample[q * SAMPLES])) at++;
    (*begin)[q] = at;
  }
done:
  khop_i_free(sample);
  return status;
}

khop_status khop_i_numbering_count(khop_i_numbering *n, const khop_exchange *e, khop_status status, int64_t count) {
  const int64_t *all;
  status = khop_i_gather_number(e, status, &all, count);
  if (status != KHOP_OK) return status;
  n->first = n->nodes = 0;
  n->count = count;
  for (int q = 0; q < e->ranks; q++) {
    if (q < e->rank) n->first += all[q];
    n->nodes += all[q];
  }
  return KHOP_OK;
}

/* Collective. The largest number of all ranks. */
static khop_status find_largest(int64_t *largest, const khop_exchange *e, int64_t own) {
  const int64_t *all;
  khop_status status = khop_i_gather_number(e, KHOP_OK, &all, own);
  *largest = own;
  for (int q = 0; q < e->ranks && status == KHOP_OK; q++)
    if (all[q] > *largest) *largest = all[q];
  return status;
}

static khop_status number_by_position(khop_i_numbering *n, const khop_exchange *e, const khop_i_edge_ends *ends) {
  int64_t largest = -1;
  for (int64_t a = 0; a < ends->count; a++) {
    if (ends->from[a] > largest) largest = ends->from[a];
    if (ends->to[a] > largest) largest = ends->to[a];
  }
  khop_status status = find_largest(&largest, e, largest);
  n->nodes = largest + 1;
  return status;
}

/* Collective. *number (list->count): the node of each id; *asked: the ids that this rank numbered. */
static khop_status ask(int64_t **number, id_list *asked, khop_i_numbering *n, const khop_exchange *e,
                       khop_status status, const id_list *list) {
  khop_i_mail mail = {0};
  int64_t *begin = NULL, *came = NULL, count = 0;
  KHOP_TRY(cut_list(&begin, e, status, list));
  KHOP_TRY(khop_i_mail_open(&mail, e, KHOP_OK, begin));
  count = khop_i_mail_count(&mail);
  status = khop_i_alloc_raw(&came, count, sizeof *came, "node ids");
  if (status == KHOP_OK) status = khop_i_alloc_raw(number, list->count, sizeof **number, "node ids");
  KHOP_TRY(khop_i_mail_send(came, &mail, status, list->id, sizeof *came));
  status = khop_i_copy(&asked->id, came, count, sizeof *came, "node ids");
  if (status == KHOP_OK) sort_list(asked, count);
  KHOP_TRY(khop_i_numbering_count(n, e, status, asked->count));
  for (int64_t a = 0; a < count; a++) came[a] = n->first + place_of(asked, came[a]);
  KHOP_TRY(khop_i_mail_answer(*number, &mail, KHOP_OK, came, sizeof *came));
done:
  khop_i_mail_close(&mail);
  khop_i_free(begin);
  khop_i_free(came);
  return status;
}

khop_status khop_i_number_ids(khop_i_numbering *n, const khop_exchange *e, khop_i_edge_ends *ends, khop_ids ids) {
  id_list list = {0}, asked = {0};
  int64_t *number = NULL, largest;
  khop_status status = KHOP_OK;
  *n = (khop_i_numbering){0};
  if (ids == KHOP_IDS_POSITION) return number_by_position(n, e, ends);
  KHOP_TRY(ask(&number, &asked, n, e, list_ids(&list, ends), &list));
  for (int64_t a = 0; a < ends->count; a++) {
    ends->from[a] = number[place_of(&list, ends->from[a])];
    ends->to[a] = number[place_of(&list, ends->to[a])];
  }
  KHOP_TRY(find_largest(&largest, e, asked.count ? asked.id[asked.count - 1] : -1));
  if (largest != n->nodes - 1)
    KHOP_TRY(khop_i_agree(e, khop_i_row_names_of_numbers(&n->have, asked.count, asked.id)));
done:
  khop_i_free(list.id);
  khop_i_free(asked.id);
  khop_i_free(number);
  return status;
}
