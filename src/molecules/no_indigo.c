/* no_indigo.c: in the place of indigo.c where khop is built without it. */
#include "molecules/molecule.h"
#include "base/error.h"
#include "molecules/indigo.h"

bool khop_molfiles_supported(void) { return false; }

void khop_i_molecule_unload(khop_molecule *molecule) { (void)molecule; }

khop_status khop_i_molecule_load(khop_molecule *molecule, const char *text) {
  (void)molecule, (void)text;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "khop was built without Indigo (libindigo-dev), which reads "
                                         "molfiles and SDF");
}
