/* portfolio.h: the recipes that are tried on a graph. */
#ifndef KHOP_TRAIN_AUTO_PORTFOLIO_H
#define KHOP_TRAIN_AUTO_PORTFOLIO_H

#include <khop/train.h>

/* How many for these data, and their names, in the order in which equals win. */
int khop_i_portfolio_count(const khop_data *data);
const char *khop_i_portfolio_name(int i);

/* What is tried beside the features, as khop_encodings_read takes it. */
const char *khop_i_portfolio_encodings(const khop_data *data);
/* Whether those columns cost more than they can be thought to be worth: why (size) says so in words. */
bool khop_i_portfolio_encodings_cost(char *why, size_t size, const khop_data *data);

/* Whether the rings of a recipe are too many for a trial, by an estimate: why (size) says so in words. Errors: those of
 * khop_rings_estimate. */
khop_status khop_i_portfolio_is_too_large(bool *too_large, char *why, size_t size, const khop_recipe *recipe,
                                          const khop_data *data);

#endif
