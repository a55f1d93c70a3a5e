/* options.h: structs that callers fill, which begin with their size: adding a field breaks no program.
 *
 *   caller's, of an older header   [size | a | b]         size: sizeof, or 0 for the fields of 0.2.0
 *   the library's own              [size | a | b | c]     c is 0
 *   caller's, of a newer header    [size | a | b | c | d] d must be 0: it is not known here
 *
 * Every function that takes such a struct copies it first, by KHOP_I_TAKE, and reads its own copy. */
#ifndef KHOP_BASE_OPTIONS_H
#define KHOP_BASE_OPTIONS_H

#include <khop/base.h>

/* The last field that a struct had in 0.2.0, which stays, and the last that it has now. A field that is added goes
 * behind the last, or in the place of a reserved one, and takes the second place here. */
#define KHOP_I_FIELDS_khop_aspp_options dropout, dropout
#define KHOP_I_FIELDS_khop_atrous_options direction, direction
#define KHOP_I_FIELDS_khop_audit_options branches, branches
#define KHOP_I_FIELDS_khop_auto_options context, encodings
#define KHOP_I_FIELDS_khop_batch_options max_bytes, max_bytes
#define KHOP_I_FIELDS_khop_conv_call sparse, sparse
#define KHOP_I_FIELDS_khop_conv_options groups, edge_dropout
#define KHOP_I_FIELDS_khop_csr value_bits, value_bits
#define KHOP_I_FIELDS_khop_data_options nodes, encodings
#define KHOP_I_FIELDS_khop_debian_options context, context
#define KHOP_I_FIELDS_khop_dir_options dropout, dropout
#define KHOP_I_FIELDS_khop_drew_options dropout, dropout
#define KHOP_I_FIELDS_khop_encodings profile, peripheral
#define KHOP_I_FIELDS_khop_exchange message, message
#define KHOP_I_FIELDS_khop_explain_options max_bytes, max_bytes
#define KHOP_I_FIELDS_khop_fsgnn_options activation, activation
#define KHOP_I_FIELDS_khop_gated_options residual, residual
#define KHOP_I_FIELDS_khop_gcnii_options dropout, dropout
#define KHOP_I_FIELDS_khop_gpr_options self_loop, self_loop
#define KHOP_I_FIELDS_khop_graph_edits removed, removed
#define KHOP_I_FIELDS_khop_graph_labels_options split, split
#define KHOP_I_FIELDS_khop_graph_options context, chosen
#define KHOP_I_FIELDS_khop_h2gcn_options self_loop, self_loop
#define KHOP_I_FIELDS_khop_hop_options context, context
#define KHOP_I_FIELDS_khop_influence_options max_bytes, max_bytes
#define KHOP_I_FIELDS_khop_kpgnn_options dropout, dropout
#define KHOP_I_FIELDS_khop_linkx_options dropout, dropout
#define KHOP_I_FIELDS_khop_molecules_options context, context
#define KHOP_I_FIELDS_khop_new_node features, features
#define KHOP_I_FIELDS_khop_recipe fit, average_from
#define KHOP_I_FIELDS_khop_rings_options form, form
#define KHOP_I_FIELDS_khop_run_options max_bytes, max_bytes
#define KHOP_I_FIELDS_khop_separable_options taps, taps
#define KHOP_I_FIELDS_khop_spmpnn_options dropout, dropout
#define KHOP_I_FIELDS_khop_stack_options dropout, self_loop
#define KHOP_I_FIELDS_khop_tcn_options dropout, dropout
#define KHOP_I_FIELDS_khop_train_options context, exchange
/* Those that stand in others by value end with room for fields, so that they stay as large as they are. */
#define KHOP_I_FIELDS_khop_descriptors_options atoms, atoms
#define KHOP_I_FIELDS_khop_fit_options context, class_weights
#define KHOP_I_FIELDS_khop_optimizer_options clip, clip
#define KHOP_I_FIELDS_khop_read_options ids, ids
#define KHOP_I_FIELDS_khop_records_options column, column
#define KHOP_I_FIELDS_khop_taps_choice op, op

/* khop_status: own, of the type, becomes the given struct as this version knows it, its size included; NULL: all 0.
 * It does not compile where a field of the type has no place above.
 * Errors: ARGUMENT (a size that holds not even itself, or that no version has), UNSUPPORTED (a field that this version
 * does not know is set). */
#define KHOP_I_TAKE(type, own, given) KHOP_I_TAKE_FIELDS(type, own, given, sizeof(type), KHOP_I_FIELDS_##type)
#define KHOP_I_TAKE_HELD(type, own, given)                                                                             \
  KHOP_I_TAKE_FIELDS(type, own, given, offsetof(type, reserved), KHOP_I_FIELDS_##type)

#define KHOP_I_TAKE_FIELDS(...) KHOP_I_TAKE_UNTIL(__VA_ARGS__)
#define KHOP_I_TAKE_UNTIL(type, own, given, known, first, last)                                                        \
  khop_i_options_take(1 ? (own) : (type *)NULL, 1 ? (given) : (const type *)NULL,                                      \
                      &(const khop_i_options){#type, sizeof(type), KHOP_I_UNTIL(type, first),                          \
                                              KHOP_I_NO_MORE(known, KHOP_I_UNTIL(type, last))})
/* The bytes of a struct up to the end of a field. */
#define KHOP_I_UNTIL(type, field) (offsetof(type, field) + sizeof(((type *)NULL)->field))
/* known, where the field that ends at `until` is the last before it; else it does not compile. */
#define KHOP_I_NO_MORE(known, until) ((known) + 0 * sizeof(char[(known) - (until) < sizeof(size_t) ? 1 : -1]))

typedef struct khop_i_options {
  const char *type;
  size_t whole; /* sizeof */
  size_t first; /* bytes that 0.2.0 knew */
  size_t known; /* bytes that are known now: whole, less what is reserved */
} khop_i_options;
khop_status khop_i_options_take(void *own, const void *given, const khop_i_options *layout);

/* Of an array of such structs: how many bytes lie between one and the next, by the size of the first. */
#define KHOP_I_STRIDE(type, given) ((given)->size ? (given)->size : sizeof(type))

#endif
