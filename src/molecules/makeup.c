/* makeup.c: see makeup.h. Environments are those of ECFP at radius 1: an atom, and an atom with the bonds at it. Of wider
 * ones most molecules that were not seen have new ones, like those of the training or not (docs/molecules.md). */
#include "molecules/makeup.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define RADIUS 1

/* Appends the codes of the molecule at work, ascending, each once. */
static void add_codes(khop_i_makeup_list *l) {
  int64_t count = khop_i_codes_sort(l->space.code, l->space.count);
  if (count) memcpy(l->made.code + l->codes, l->space.code, (size_t)count * sizeof *l->made.code);
  l->codes += count;
}

khop_status khop_i_makeup_add(khop_i_makeup_list *l, const khop_molecule *m) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_environments_reserve(&l->space, m, RADIUS));
  khop_i_invariants(l->space.now, m, KHOP_ECFP);
  khop_i_environments_find(&l->space, m, RADIUS);
  KHOP_TRY(khop_i_room(&l->made.element, l->atoms + m->atoms, 1, "elements of atoms"));
  KHOP_TRY(khop_i_room(&l->made.code, l->codes + l->space.count, sizeof *l->made.code, "environments of molecules"));
  KHOP_TRY(khop_i_room(&l->made.first, l->graphs + 2, sizeof *l->made.first, "environments of molecules"));
  for (int32_t i = 0; i < m->atoms; i++) l->made.element[l->atoms + i] = m->atom[i].element;
  add_codes(l);
  l->atoms += m->atoms;
  l->made.first[0] = 0;
  l->made.first[++l->graphs] = l->codes;
done:
  return status;
}

void khop_i_makeup_give(khop_graphs *set, khop_i_makeup_list *l) {
  khop_i_makeup_drop(&set->makeup);
  set->makeup = l->made;
  l->made = (khop_i_makeup){0};
}

void khop_i_makeup_clear(khop_i_makeup_list *l) {
  khop_i_makeup_drop(&l->made);
  khop_i_environments_clear(&l->space);
  *l = (khop_i_makeup_list){0};
}
