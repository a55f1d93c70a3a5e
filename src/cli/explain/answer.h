/* answer.h: an explanation with the names that belong to it. */
#ifndef KHOP_CLI_EXPLAIN_ANSWER_H
#define KHOP_CLI_EXPLAIN_ANSWER_H

#include "cli/explain/choice.h"
#include "cli/record_list.h"
#include "cli/predict/table.h"

#include <khop/explain.h>

typedef struct answer {
  const explain_choice *choice;
  const khop_data *data;   /* or */
  const khop_graphs *set;
  const char *data_name;
  int64_t number;          /* of the node; of a row, from 1 */
  char *title;             /* what is explained: "node Ann", "row 3, CCO"; owns */
  const char **member_names; /* (members) the data's, or symbols of elements, or NULL; owns the list */
  prediction_table names;  /* of the outputs of the model alone, owns */
  int64_t features;
  char **feature_names;    /* (features), owns */
  khop_molecule *molecule; /* of a row whose atoms are the members; owns; NULL: it is none, or is not known */
  khop_explanation *e;     /* owns */
  int64_t predicted;       /* of classes the output that is largest; else -1 */
  int64_t shown;           /* place among the explained ones of the output that is told in full */
} answer;

/* Finds the node, or the graph of a row of a set, and the output, and explains. records: of the set. An exit status
 * after a message, or GO_ON. */
int explain_node(answer *a, const explain_choice *choice, khop_model *model, const khop_data *data);
int explain_row(answer *a, const explain_choice *choice, khop_model *model, const khop_graphs *set,
                const record_list *records);
void answer_clear(answer *a);

/* The name of a member, or its number, written to text. */
const char *member_label(char text[24], const answer *a, int64_t member);
/* What the output at place k among the explained ones is called. */
const char *explained_name(const answer *a, int64_t k);
/* "class", "task" or "output". */
const char *output_kind(const answer *a);
/* The places of the `most` largest of shares (count) by their size, largest first; *found of them, without those that
 * are 0. NULL when memory ends. */
int64_t *strongest(int64_t *found, const double *shares, int64_t count, int64_t most);

/* What is printed: for a person, or one JSON object. */
void print_answer(const answer *a);
void print_answer_json(const answer *a);
/* Whether path is one that write_answer can write: .csv, .tsv or .npz. */
bool is_answer_file(const char *path);
/* All of it as a table. An exit status, after a message where it is not EXIT_OK. */
int write_answer(const char *path, const answer *a);

#endif
