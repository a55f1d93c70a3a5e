/* row_names.c: see row_names.h. */
#include "distributed/row_names.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

int64_t khop_i_name_words(size_t length) {
  return (int64_t)(length / sizeof(uint64_t) + 1);
}

const char *khop_i_row_name(char *text, size_t size, const khop_i_row_names *names, int64_t row, int64_t node) {
  const char *side = !names->left ? "" : node < names->left ? "left " : "right ";
  if (names->start)
    snprintf(text, size, "%s", (const char *)(names->text + names->start[row]));
  else
    snprintf(text, size, "%s%lld", side,
             (long long)(names->count_from + node - (node < names->left ? 0 : names->left)));
  return names->start || names->count_from ? text : NULL;
}

void khop_i_row_names_clear(khop_i_row_names *names) {
  khop_i_free(names->start);
  khop_i_free(names->text);
  *names = (khop_i_row_names){0};
}

#define DIGITS 24 /* of 64 bits, with the zero: three words */

khop_status khop_i_row_names_of_numbers(khop_i_row_names *names, int64_t count, const int64_t *numbers) {
  khop_status status = KHOP_OK;
  char digits[DIGITS];
  *names = (khop_i_row_names){0};
  KHOP_TRY(khop_i_alloc(&names->start, count + 1, sizeof *names->start, "names of nodes"));
  for (int64_t i = 0; i < count; i++)
    names->start[i + 1] =
        names->start[i] +
        khop_i_name_words((size_t)snprintf(digits, sizeof digits, "%lld", (long long)numbers[i]));
  KHOP_TRY(khop_i_alloc(&names->text, names->start[count], sizeof *names->text, "names of nodes"));
  for (int64_t i = 0; i < count; i++)
    snprintf((char *)(names->text + names->start[i]),
             (size_t)(names->start[i + 1] - names->start[i]) * sizeof *names->text, "%lld",
             (long long)numbers[i]);
done:
  if (status != KHOP_OK) khop_i_row_names_clear(names);
  return status;
}

static khop_status list_lengths(int64_t **length, const khop_i_row_names *names, int64_t count) {
  khop_status status = khop_i_alloc_raw(length, count, sizeof **length, "names of nodes");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++)
    (*length)[i] = names->start[i + 1] - names->start[i];
  return status;
}

khop_status khop_i_row_names_send(khop_i_row_names *came, khop_i_mail *mail, khop_status status,
                                  const khop_i_row_names *sent) {
  const khop_exchange *e = mail->exchange;
  khop_i_row_names made = {0};
  khop_i_mail words = {0};
  int64_t *begin = NULL, *length = NULL, count = khop_i_mail_count(mail);
  if (status == KHOP_OK) status = khop_i_alloc(&begin, (int64_t)e->ranks + 1, sizeof *begin, "ranks");
  if (status == KHOP_OK) status = khop_i_alloc(&made.start, count + 1, sizeof *made.start, "names of nodes");
  if (status == KHOP_OK) status = list_lengths(&length, sent, mail->sent[e->ranks]);
  KHOP_TRY(khop_i_mail_send(made.start ? made.start + 1 : NULL, mail, status, length, sizeof *length));
  for (int64_t i = 0; i < count; i++) made.start[i + 1] += made.start[i];
  for (int q = 0; q <= e->ranks; q++) begin[q] = sent->start[mail->sent[q]];
  KHOP_TRY(khop_i_mail_open(&words, e, KHOP_OK, begin));
  status = khop_i_alloc_raw(&made.text, khop_i_mail_count(&words), sizeof *made.text, "names of nodes");
  KHOP_TRY(khop_i_mail_send(made.text, &words, status, sent->text, sizeof *made.text));
  *came = made;
  made = (khop_i_row_names){0};
done:
  khop_i_mail_close(&words);
  khop_i_free(begin);
  khop_i_free(length);
  khop_i_row_names_clear(&made);
  return status;
}

/* How many of nodes first .. first + count - 1 stand before each rank's rows. */
static void count_before(int64_t *begin, const khop_i_owners *o, int64_t first, int64_t count) {
  for (int q = 0; q <= o->exchange.ranks; q++) {
    int64_t before = o->starts[q] - first;
    begin[q] = before < 0 ? 0 : before > count ? count : before;
  }
}

khop_status khop_i_row_names_spread(khop_i_row_names *names, const khop_i_owners *o, khop_status status,
                                    const khop_i_row_names *have, int64_t first, int64_t count) {
  khop_i_mail mail = {0};
  int64_t *begin = NULL;
  if (status == KHOP_OK) status = khop_i_alloc(&begin, (int64_t)o->exchange.ranks + 1, sizeof *begin, "ranks");
  if (status == KHOP_OK) count_before(begin, o, first, count);
  KHOP_TRY(khop_i_mail_open(&mail, &o->exchange, status, begin));
  KHOP_TRY(khop_i_row_names_send(names, &mail, KHOP_OK, have));
done:
  khop_i_mail_close(&mail);
  khop_i_free(begin);
  return status;
}
