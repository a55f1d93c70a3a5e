/* 02_train_on_a_file.c: the shortest way: a data set by name or path, a recipe, a report.
 *
 * usage: 02_train_on_a_file [DATA [RECIPE]]       (karate, ring) */
#include <khop/khop.h>
#include <stdio.h>

int main(int argc, char **argv) {
  khop_data *data;
  khop_recipe recipe;
  khop_report report;
  if (khop_data_load(&data, argc > 1 ? argv[1] : "karate", NULL) != KHOP_OK ||
      khop_recipe_find(&recipe, argc > 2 ? argv[2] : "ring") != KHOP_OK)
    return fprintf(stderr, "%s\n", khop_message()), 1;
  khop_recipe_adapt(&recipe, data);

  khop_status status = khop_train(&report, data, &recipe, &(khop_train_options){.seeds = 5});
  if (status == KHOP_OK)
    printf("%s with recipe %s: %s %.1f %% +- %.1f over %d seeds, %lld parameters\n",
           khop_data_name(data), recipe.name, khop_metric_name(report.metric),
           100 * report.test_mean, 100 * report.test_std, report.runs, (long long)report.parameters);
  else
    fprintf(stderr, "%s\n", khop_message());
  khop_report_free(&report);
  khop_data_free(data);
  return status != KHOP_OK;
}
