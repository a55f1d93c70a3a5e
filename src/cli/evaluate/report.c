/* report.c: see report.h. */
#include "cli/evaluate/report.h"

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
  int whole = columns_of(name), shown = whole > columns ? columns - 1 : whole;
  if (to_the_right && whole < columns) printf("%*s", columns - whole, "");
  for (int i = 0; i < shown; i++) {
    do putchar(*name++);
    while (((unsigned char)*name & 0xc0) == 0x80);
  }
  if (whole > columns) putchar('~');
  if (!to_the_right && whole < columns) printf("%*s", columns - whole, "");
}

int name_columns(const sample *s, int least) {
  int most = least;
  for (int64_t i = 0; i < s->outputs; i++) {
    int here = columns_of(output_name(s, i));
    if (here > most) most = here;
  }
  return most < NAME_COLUMNS ? most : NAME_COLUMNS;
}

/* --- the head ---------------------------------------------------------------------------------- */

void print_head(const sample *s, int64_t labelled) {
  printf("%s, model %s", s->data, s->choice->model);
  if (s->models > 1) printf(" (%d models together)", s->models);
  printf(": ");
  if (s->part == PART_ALL) printf("all %lld %ss", (long long)s->selected, s->row);
  else printf("%lld %s %ss", (long long)s->selected, part_name(s->part), s->row);
  if (s->part != PART_ALL && s->split >= 0) printf(" of split %d", s->split);
  if (s->part != PART_ALL && s->of_training) printf(", as in the training");
  if (labelled == s->selected) printf("\n");
  else printf("; %lld of them have a %s\n", (long long)labelled, s->labels ? "label" : "target");
}

static cJSON *head_json(const sample *s) {
  static const char *const parts[] = {"train", "val", "test", "all"};
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", s->data);
  cJSON_AddStringToObject(root, "model", s->choice->model);
  add_number(root, "models", s->models);
  cJSON_AddStringToObject(root, "rows", s->row);
  cJSON_AddStringToObject(root, "part", parts[s->part]);
  add_number(root, "split", s->part != PART_ALL && s->split >= 0 ? s->split : (double)NAN);
  cJSON_AddBoolToObject(root, "part_of_training", s->part != PART_ALL && s->of_training);
  add_number(root, "selected", (double)s->selected);
  return root;
}

int report_sample(const sample *s) {
  cJSON *root = s->choice->data.json ? head_json(s) : NULL;
  int (*report)(const sample *, cJSON *) = s->labels                               ? report_classes
                                           : khop_model_predicts_tasks(s->model) ? report_tasks
                                                                                  : report_targets;
  int status = report(s, root);
  if (status == EXIT_OK && root) {
    cJSON_AddStringToObject(root, "version", khop_version());
    print_json(root);
  } else {
    cJSON_Delete(root);
  }
  return status;
}
