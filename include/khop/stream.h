/* khop/stream.h: a causal model, step by step: one sample in, one row out, past activations kept.
 *
 * A trained model whose convolutions look back only gives, row for row, what the full pass over the
 * directed path gives, at a cost a sample that does not grow with the receptive field (as the fast
 * WaveNet generation of Le Paine et al., 2016): a convolution of T taps reads T rows of its past,
 * wherever they are.
 *
 *   x_n -> [conv 0,1]        [conv 0,2]            [conv 0,4]                 -> y_n
 *             |  past: 1 row    |  past: 2 rows       |  past: 4 rows
 *          [ x_{n-1} ]       [ h_{n-1} h_{n-2} ]   [ a ring buffer of its input's rows ]
 */
#ifndef KHOP_STREAM_H
#define KHOP_STREAM_H

#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_stream khop_stream;

/* Takes an initialised model, which it borrows: it must outlive the stream and must not get further
 * ops. Parameters are read at each push, so training in between shows. A loss is left out, and
 * dropout passes on.
 *
 * Every convolution must look back along a directed path 0 -> 1 -> 2 ..: direction KHOP_IN,
 * operator ring (or a walk, the same there), hops the distances back; hop 0 alone may have any
 * direction. On that path every ring has one entry a row, so all norms are the plain sum;
 * self-loops are refused. Samples before the first count as 0, as in the full pass.
 * Errors: UNSUPPORTED (an op that needs other nodes: the message names it), ARGUMENT (the model is
 * not initialised), or what poisoned the model; MEMORY.
 * Cost: one allocation; a value of F columns keeps (1 + the largest hop that reads it) F
 * numbers. */
KHOP_API khop_status khop_stream_new(khop_stream **stream, khop_model *model);
KHOP_API void khop_stream_free(khop_stream *stream);

/* One sample: x (input columns) in, y (output columns) out, the row that the full pass has at this
 * position; they agree but for the order of sums. x and y may be the same array, to feed the output
 * back. Neither allocates nor fails. Cost: khop_stream_operations. */
KHOP_API void khop_stream_push(khop_stream *stream, const khop_real *x, khop_real *y);

/* Forgets the past: the next push is sample 0. */
KHOP_API void khop_stream_reset(khop_stream *stream);

/* Samples pushed since the start or the last reset. */
KHOP_API int64_t khop_stream_position(const khop_stream *stream);
/* The multiply-adds of convolutions and linear ops that the last push did, counted as it went: taps
 * that reach before sample 0 are not computed. Without such taps it is T F G a convolution,
 * whatever its hops. */
KHOP_API int64_t khop_stream_operations(const khop_stream *stream);
KHOP_API size_t khop_stream_bytes(const khop_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
