/* recipes.h: what the bodies of recipes have in common, those of one graph and those of sets. */
#ifndef KHOP_TRAIN_RECIPES_H
#define KHOP_TRAIN_RECIPES_H

#include <khop/train.h>

khop_value khop_i_recipe_activation(khop_model *model, const khop_recipe *recipe, khop_value x);
/* No op at all at rate 0. */
khop_value khop_i_recipe_dropout(khop_model *model, khop_value x, double rate);
/* How many times farther the hops of a layer reach. */
int khop_i_recipe_dilation(const khop_recipe *recipe, int layer);

#endif
