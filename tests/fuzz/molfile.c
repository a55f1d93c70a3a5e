/* molfile.c: a text of several lines as a molfile, which Indigo reads. */
#include "fuzz.h"

const fuzz_memory fuzz_promise = {16 << 20, 8192};
void fuzz_prepare(void) {}

void fuzz_input(const uint8_t *input, size_t size) {
  if (!size || !memchr(input, '\n', size)) return; /* one line is SMILES: smiles.c */
  char *text = fuzz_text(input, size);
  khop_molecule *molecule = NULL;
  khop_graph *graph = NULL;
  fuzz_demand(khop_molecule_new(&molecule) == KHOP_OK, "there is memory");
  fuzz_reading();
  khop_status status = khop_molecule_parse(molecule, text);
  fuzz_has_read(status, status == KHOP_OK ? molecule : NULL);
  if (status == KHOP_OK) {
    fuzz_demand(khop_molecule_graph(&graph, molecule) == KHOP_OK, "a molecule has a graph");
    fuzz_check_graph(graph);
    khop_graph_free(graph);
    char *written;
    fuzz_demand(khop_molecule_smiles(&written, molecule, true) == KHOP_OK, "a molecule has a text");
    khop_free(written);
  }
  khop_molecule_free(molecule);
  free(text);
}
