/* body.h: the bodies of recipes, what a model is between its features and its loss, and what they
 * share.
 *
 * A body is a file body_NAME.c with one row at its foot, declared below; recipe_model.c has the table.
 * Those for sets of graphs are in train/graphs/model.c. */
#ifndef KHOP_TRAIN_BODIES_BODY_H
#define KHOP_TRAIN_BODIES_BODY_H

#include <khop/blocks.h>
#include <khop/train.h>

typedef struct khop_i_body {
  /* Adds the ops from the features x to the logits (N, outputs). Mistakes poison the model. */
  khop_value (*build)(khop_model *model, const khop_recipe *recipe, khop_value x, int64_t outputs);
  /* In its place, of a body with numbers for each node of the graph. */
  khop_value (*build_on_nodes)(khop_model *model, const khop_recipe *recipe, khop_value x, int64_t outputs, int64_t nodes);
  bool dilates; /* its layers read the dilations of the recipe */
} khop_i_body;

extern const khop_i_body khop_i_body_spread;
extern const khop_i_body khop_i_body_stack;
extern const khop_i_body khop_i_body_residual;
extern const khop_i_body khop_i_body_gcnii;
extern const khop_i_body khop_i_body_h2gcn;
extern const khop_i_body khop_i_body_fsgnn;
extern const khop_i_body khop_i_body_gpr;
extern const khop_i_body khop_i_body_dir;
extern const khop_i_body khop_i_body_spmpnn;
extern const khop_i_body khop_i_body_kpgcn;
extern const khop_i_body khop_i_body_kpgin;
extern const khop_i_body khop_i_body_drew;
extern const khop_i_body khop_i_body_jumping;
extern const khop_i_body khop_i_body_linkx;

khop_value khop_i_body_activate(khop_model *model, const khop_recipe *recipe, khop_value x);
/* No op at all at rate 0. */
khop_value khop_i_body_drop(khop_model *model, khop_value x, double rate);
/* How many times farther the hops of a layer reach. */
int khop_i_body_dilation(const khop_recipe *recipe, int layer);
/* The convolution of a layer; hops (taps) takes its dilated hops. */
khop_conv_options khop_i_body_layer(const khop_recipe *recipe, int layer, int *hops);
/* The row of hops of a block, which the recipe must outlive. */
khop_taps_choice khop_i_body_taps(const khop_recipe *recipe);
/* What stands before most blocks: dropout, linear, activation. Later parameters are in group 1. */
khop_value khop_i_body_open(khop_model *model, const khop_recipe *recipe, khop_value x);
/* What stands behind them: dropout, linear, of group 0. */
khop_value khop_i_body_close(khop_model *model, const khop_recipe *recipe, khop_value h, int64_t outputs);

#endif
