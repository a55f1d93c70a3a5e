// molecules_rdkit.cpp: RDKit from C++, beside molecules.c: parsing SMILES, and descriptors of parsed molecules, one
// thread. Each line of input names a task; the answer is the processor's seconds for all molecules once.
//
// bench_molecules_rdkit MOLECULES.txt: a SMILES a line.
#include <string> // RDKit's headers want both before them
#include <vector>

#include <rdkit/GraphMol/Descriptors/AUTOCORR2D.h>
#include <rdkit/GraphMol/Fingerprints/AtomPairs.h>
#include <rdkit/GraphMol/GraphMol.h>
#include <rdkit/GraphMol/MolOps.h>
#include <rdkit/GraphMol/SmilesParse/SmilesParse.h>
#include <rdkit/DataStructs/SparseIntVect.h>
#include <rdkit/RDGeneral/RDLog.h>
#include <rdkit/RDGeneral/versions.h>

#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>

using Molecule = std::unique_ptr<RDKit::ROMol>;

static void parse(const std::vector<std::string> &texts, std::vector<Molecule> *molecules) {
  for (const auto &text : texts) {
    Molecule molecule(RDKit::SmilesToMol(text));
    if (molecules) molecules->push_back(std::move(molecule));
  }
}

// The pairs of each distance, from the matrix.
static void distances(const RDKit::ROMol &m) {
  const double *matrix = RDKit::MolOps::getDistanceMat(m, false, false, true);
  unsigned atoms = m.getNumAtoms();
  std::vector<int> count(atoms + 1);
  for (unsigned e = 0; e < atoms * atoms; e++)
    if (matrix[e] <= atoms) count[static_cast<unsigned>(matrix[e])]++;
}

static void autocorr(const RDKit::ROMol &m) {
  std::vector<double> found;
  RDKit::Descriptors::AUTOCORR2D(m, found);
}

static void pairs(const RDKit::ROMol &m) {
  std::unique_ptr<RDKit::SparseIntVect<std::int32_t>> found(RDKit::AtomPairs::getAtomPairFingerprint(m));
}

int main(int argc, char **argv) {
  std::ifstream file(argc > 1 ? argv[1] : "");
  std::vector<std::string> texts;
  std::vector<Molecule> molecules;
  boost::logging::disable_logs("rdApp.*");
  for (std::string line; std::getline(file, line);) texts.push_back(line);
  parse(texts, &molecules);
  std::cout << RDKit::rdkitVersion << std::endl;
  for (std::string task; std::getline(std::cin, task);) {
    std::clock_t begin = std::clock();
    // RDKit keeps the distances with a molecule that it has seen; "anew" makes them again, as for one it has not.
    bool anew = task.size() > 5 && task.substr(task.size() - 5) == " anew";
    if (anew) task.resize(task.size() - 5);
    if (task == "parse") parse(texts, nullptr);
    for (const auto &m : molecules)
      if (anew) RDKit::MolOps::getDistanceMat(*m, false, false, true);
    for (const auto &m : molecules)
      if (task == "distances")
        distances(*m);
      else if (task == "autocorr")
        autocorr(*m);
      else if (task == "atompair")
        pairs(*m);
    std::cout << static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC << std::endl;
  }
}
