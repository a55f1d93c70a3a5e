/* scores_file.h: the scores of a set of graphs as a file: .csv or .tsv with a deviation beside each, else .npy. */
#ifndef KHOP_CLI_PREDICT_SCORES_FILE_H
#define KHOP_CLI_PREDICT_SCORES_FILE_H

#include "cli/predict/ensemble.h"

/* Whether a path is one of a table of text: .csv or .tsv. */
bool is_text_table(const char *path);

/* A row a row of the file that the set came from; names of columns are those that model keeps. An exit status. */
int write_scores(const char *path, const ensemble *e, const khop_model *model, const khop_graphs *set);

#endif
