/* fingerprint.h: numbers by which ranks see that they have read the same: they differ where what they are of does, but for
 * chance. */
#ifndef KHOP_TRAIN_RANKS_FINGERPRINT_H
#define KHOP_TRAIN_RANKS_FINGERPRINT_H

#include <khop/data.h>

/* What is learned from, beside the graph. */
typedef struct khop_i_data_fingerprint {
  int64_t features, answers, splits;
} khop_i_data_fingerprint;
khop_i_data_fingerprint khop_i_fingerprint_data(const khop_data *data);

int64_t khop_i_fingerprint_weights(const khop_real *weights, int64_t count);
/* Of what a file holds. Errors: IO. */
khop_status khop_i_fingerprint_file(int64_t *fingerprint, const char *path);

#endif
