/* words.c: see words.h. */
#include "cli/evaluate/words.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- names and numbers ------------------------------------------------------------------------- */

const char *output_name(const sample *s, int64_t i) {
  static char ring[4][24];
  static int next;
  if (s->names) return s->names[i];
  char *text = ring[next++ % 4];
  snprintf(text, sizeof ring[0], "%lld", (long long)i);
  return text;
}

cJSON *add_output(cJSON *list, const sample *s, int64_t i) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "name", output_name(s, i));
  cJSON_AddItemToArray(list, object);
  return object;
}

char *number_text(char text[24], const char *format, double value) {
  if (isfinite(value)) snprintf(text, 24, format, value);
  else strcpy(text, "-");
  return text;
}

static int columns_of(const char *name) {
  int columns = 0;
  for (; *name; name++) columns += ((unsigned char)*name & 0xc0) != 0x80; /* UTF-8 */
  return columns;
}

void print_name(const char *name, int columns, bool to_the_right) {
  name = visible(name);
  int whole = columns_of(name), shown = whole > columns ? columns - 1 : whole;
  if (to_the_right && whole < columns) printf("%*s", columns - whole, "");
  for (int i = 0; i < shown; i++) {
    do putchar(*name++);
    while (((unsigned char)*name & 0xc0) == 0x80);
  }
  if (whole > columns) putchar('~');
  if (!to_the_right && whole < columns) printf("%*s", columns - whole, "");
}

void print_row_name(const char *name, int columns) {
  printf("  ");
  print_name(name, columns, false);
}

int name_columns(const sample *s, int least) {
  int most = least;
  for (int64_t i = 0; i < s->outputs; i++) {
    int here = columns_of(visible(output_name(s, i)));
    if (here > most) most = here;
  }
  return most < NAME_COLUMNS ? most : NAME_COLUMNS;
}

/* --- the head ---------------------------------------------------------------------------------- */

void print_head(const sample *s, int64_t labelled) {
  printf("%s, model %s", visible(s->data), visible(s->choice->model));
  if (s->models > 1) printf(" (%d models together)", s->models);
  printf(": ");
  if (s->part == PART_ALL) printf("all %lld %ss", (long long)s->selected, s->row);
  else printf("%lld %s %ss", (long long)s->selected, part_name(s->part), s->row);
  if (s->part != PART_ALL && s->split >= 0) printf(" of split %d", s->split);
  if (s->part != PART_ALL && s->of_training) printf(", as in the training");
  if (labelled == s->selected) printf("\n");
  else printf("; %lld of them have a %s\n", (long long)labelled, s->labels ? "label" : "target");
}
