/* split_words.c: see split_words.h. */
#include "data/split_words.h"
#include "base/letters.h"


static const struct {
  const char *word;
  khop_part part;
} part_words[] = {{"train", KHOP_TRAIN},    {"training", KHOP_TRAIN}, {"val", KHOP_VAL},   {"valid", KHOP_VAL},
                  {"validation", KHOP_VAL}, {"dev", KHOP_VAL},        {"test", KHOP_TEST}, {"testing", KHOP_TEST}};

int khop_i_split_word(const char *word) {
  for (size_t w = 0; w < sizeof part_words / sizeof *part_words; w++)
    if (khop_i_strcasecmp(word, part_words[w].word) == 0) return (int)part_words[w].part;
  return -1;
}
