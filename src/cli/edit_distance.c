/* edit_distance.c: see edit_distance.h. */
#include "cli/edit_distance.h"

#include <limits.h>
#include <string.h>

int edit_distance(const char *a, int length, const char *b) {
  int row[MOST_EDITED], columns = (int)strlen(b);
  if (columns >= MOST_EDITED) return INT_MAX;
  for (int j = 0; j <= columns; j++) row[j] = j;
  for (int i = 1; i <= length; i++) {
    int diagonal = row[0];
    row[0] = i;
    for (int j = 1; j <= columns; j++) {
      int changed = diagonal + (a[i - 1] != b[j - 1]), least = row[j - 1] < row[j] ? row[j - 1] : row[j];
      diagonal = row[j];
      row[j] = changed < least + 1 ? changed : least + 1;
    }
  }
  return row[columns];
}
