/* smiles_fast.c: plain SMILES, read without Indigo.
 *
 *   CC(=O)Nc1ccc(O)cc1     letters, bonds - = #, branches, digits of rings, dots; [nH] [N+] [O-]
 *
 * Most texts are of this kind, and this takes a microsecond or two where Indigo takes fifty. Whatever is
 * not plain, or is wrong, or has aromatic rings that the rule below does not decide is left to Indigo, which alone
 * refuses texts. A ring is settled where lower-case atoms close a cycle of six with an electron
 * each, or of five where one gives two. tests/unit/test_smiles_fast.c holds the two readers against each other. */
#include "molecules/smiles_fast.h"
#include "molecules/molecule.h"
#include "molecules/perceive.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 2000 /* bytes: far beyond a plain molecule; Indigo reads what is longer */
#define DEEPEST 100  /* branches within branches: the size of a stack, far beyond what chemists write */

/* Bonds whose order is not settled yet: none was written between lower-case atoms, or a single one. */
enum { UNSAID = 0, SAID_SINGLE = 5 };

typedef struct reader {
  khop_molecule *m;
  const char *at;
  int32_t last;            /* the atom that the next is bound to, or -1 */
  int order;               /* written before the next atom or digit, or 0 */
  bool opened, closed;     /* just after ( and just after ) */
  int depth, open_rings;
  int32_t branch[DEEPEST];
  int32_t ring[100];       /* 1 + the atom where a digit was first read, or 0 */
  uint8_t ring_order[100];
} reader;

/* --- the text --------------------------------------------------------------------------------- */

static bool add_bond(khop_molecule *m, int32_t begin, int32_t end, int order) {
  bool one_lower = m->atom[begin].aromatic || m->atom[end].aromatic;
  bool both_lower = m->atom[begin].aromatic && m->atom[end].aromatic;
  if (one_lower && order > 1) return false;
  if (both_lower) order = order ? SAID_SINGLE : UNSAID;
  m->bond[m->bonds++] = (khop_bond){.begin = begin, .end = end,
                                    .order = (uint8_t)(both_lower || order ? order : 1)};
  return true;
}

static int element_of(char letter) {
  switch (letter) {
  case 'B': return 5;
  case 'C': return 6;
  case 'N': return 7;
  case 'O': return 8;
  case 'F': return 9;
  case 'P': return 15;
  case 'S': return 16;
  case 'I': return 53;
  default: return 0;
  }
}

/* The atom that is written here; its element is 0 where it is not plain. Lower case: aromatic, so far. */
static khop_atom next_atom(const char **at) {
  static const struct {
    char text[6];
    khop_atom atom;
  } brackets[] = {{"[nH]", {.element = 7, .hydrogens = 1, .aromatic = true}},
                  {"[N+]", {.element = 7, .charge = 1}},
                  {"[O-]", {.element = 8, .charge = -1}}};
  khop_atom atom = {0};
  const char *text = *at;
  if (*text == '[') {
    for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++)
      if (strncmp(text, brackets[i].text, 4) == 0) {
        atom = brackets[i].atom;
        *at += 4;
      }
    return atom;
  }
  *at += 1;
  if ((text[0] == 'C' && text[1] == 'l') || (text[0] == 'B' && text[1] == 'r')) {
    *at += 1;
    atom.element = text[0] == 'C' ? 17 : 35;
  } else if (*text == 'c' || *text == 'n' || *text == 'o' || *text == 's') {
    atom.aromatic = true;
    atom.element = (uint8_t)element_of((char)toupper((unsigned char)*text));
  } else {
    atom.element = (uint8_t)element_of(*text);
  }
  return atom;
}

static bool read_atom(reader *r) {
  khop_molecule *m = r->m;
  khop_atom atom = next_atom(&r->at);
  if (atom.element == 0) return false;
  m->atom[m->atoms++] = atom;
  if (r->last >= 0 && !add_bond(m, r->last, m->atoms - 1, r->order)) return false;
  r->last = m->atoms - 1;
  r->order = 0;
  r->opened = r->closed = false;
  return true;
}

static bool bound(const khop_molecule *m, int32_t a, int32_t b) {
  for (int32_t i = 0; i < m->bonds; i++)
    if ((m->bond[i].begin == a && m->bond[i].end == b) || (m->bond[i].begin == b && m->bond[i].end == a))
      return true;
  return a == b;
}

static bool read_digit(reader *r) {
  const char *at = r->at;
  int digit = *at - '0';
  if (r->last < 0 || r->opened || r->closed) return false;
  if (*at == '%') {
    if (!isdigit((unsigned char)at[1]) || !isdigit((unsigned char)at[2])) return false;
    digit = 10 * (at[1] - '0') + at[2] - '0';
    r->at += 2;
  }
  r->at++;
  if (!r->ring[digit]) {
    r->ring[digit] = 1 + r->last;
    r->ring_order[digit] = (uint8_t)r->order;
    r->open_rings++;
  } else {
    int32_t first = r->ring[digit] - 1;
    if (r->order && r->ring_order[digit] && r->order != r->ring_order[digit]) return false;
    if (bound(r->m, first, r->last)) return false;
    if (!add_bond(r->m, first, r->last, r->order ? r->order : r->ring_order[digit])) return false;
    r->ring[digit] = 0;
    r->open_rings--;
  }
  r->order = 0;
  return true;
}

static bool read_sign(reader *r) {
  char sign = *r->at++;
  if (r->last < 0 || r->order) return false;
  switch (sign) {
  case '-':
  case '=':
  case '#':
    r->order = sign == '-' ? 1 : sign == '=' ? 2 : 3;
    return true;
  case '(':
    if (r->opened || r->depth == DEEPEST) return false;
    r->branch[r->depth++] = r->last;
    r->opened = true;
    return true;
  case ')':
    if (r->opened || r->depth == 0) return false;
    r->last = r->branch[--r->depth];
    r->closed = true;
    return true;
  default: /* a dot */
    if (r->depth) return false;
    r->last = -1;
    return true;
  }
}

static bool read_text(khop_molecule *m, const char *text) {
  reader r = {.m = m, .at = text, .last = -1};
  while (*r.at) {
    bool digit = isdigit((unsigned char)*r.at) || *r.at == '%';
    bool plain = digit ? read_digit(&r) : strchr("-=#().", *r.at) ? read_sign(&r) : read_atom(&r);
    if (!plain) return false;
  }
  return r.last >= 0 && !r.order && !r.depth && !r.open_rings;
}

/* --- aromatic rings ---------------------------------------------------------------------------- */

/* What a lower-case atom gives to its ring; 0 where that is not plain. */
static int electrons(const khop_atom *a) {
  bool ends = a->degree == 2, branches = a->degree == 3;
  if (a->element == 6) return ends || branches;
  if (a->element == 7) return a->hydrogens ? 2 * ends : ends ? 1 : 2 * branches;
  return 2 * ends;
}

static bool is_aromatic_ring(const khop_molecule *m, const int32_t *path, int size) {
  int sum = 0;
  for (int i = 0; i < size; i++) sum += electrons(&m->atom[path[i]]);
  return sum == 6;
}

/* Goes on from the end of path over lower-case bonds; where it closes an aromatic ring of five or six,
 * the ring's bonds are aromatic. Three neighbours an atom: 32 paths at most. */
static bool close_ring(khop_molecule *m, int32_t *path, int32_t *bonds, int size) {
  int32_t end = path[size - 1];
  for (int32_t e = m->offsets[end]; e < m->offsets[end + 1]; e++) {
    int32_t other = m->neighbour[e], bond = m->through[e];
    int order = m->bond[bond].order;
    bool seen = false;
    if ((order != UNSAID && order != KHOP_BOND_AROMATIC) || !m->bond[bond].in_ring) continue;
    bonds[size - 1] = bond;
    for (int i = 1; i < size; i++) seen = seen || path[i] == other;
    if (seen) continue;
    if (other == path[0]) {
      if (size < 5 || !is_aromatic_ring(m, path, size)) continue;
      for (int i = 0; i < size; i++) m->bond[bonds[i]].order = KHOP_BOND_AROMATIC;
      return true;
    }
    if (size == 6) continue;
    path[size] = other;
    if (close_ring(m, path, bonds, size + 1)) return true;
  }
  return false;
}

/* Orders for the bonds between lower-case atoms; false where one in a ring stays open. */
static bool settle_bonds(khop_molecule *m) {
  int32_t *left = m->scratch;
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_bond *bond = &m->bond[b];
    int32_t path[6] = {bond->begin, bond->end}, bonds[6] = {b};
    if (bond->order == UNSAID && bond->in_ring && !close_ring(m, path, bonds, 2)) return false;
    if (bond->order == SAID_SINGLE && bond->in_ring) return false;
    if (bond->order == UNSAID || bond->order == SAID_SINGLE) bond->order = KHOP_BOND_SINGLE;
  }
  for (int32_t i = 0; i < m->atoms; i++) left[i] = m->atom[i].aromatic;
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].order == KHOP_BOND_AROMATIC) left[m->bond[b].begin] = left[m->bond[b].end] = 0;
  for (int32_t i = 0; i < m->atoms; i++)
    if (left[i]) return false;
  return true;
}

/* An atom without a double bond and with a neighbour to share one with; *choices: how many. */
static int32_t partner(const khop_molecule *m, const int32_t *single, int32_t atom, int *choices) {
  int32_t found = -1;
  *choices = 0;
  for (int32_t e = m->offsets[atom]; e < m->offsets[atom + 1]; e++) {
    int32_t other = m->neighbour[e];
    if (m->bond[m->through[e]].order != KHOP_BOND_AROMATIC || !single[other]) continue;
    found = other;
    ++*choices;
  }
  return found;
}

/* Whether the atoms with one electron can be paired along aromatic bonds, those with the fewest choices
 * first. Where this fails another order might not: false is no verdict. */
static bool pairs_up(khop_molecule *m) {
  int32_t *single = m->scratch;
  for (int32_t i = 0; i < m->atoms; i++) single[i] = m->atom[i].aromatic && electrons(&m->atom[i]) == 1;
  for (;;) {
    int32_t first = -1, second = -1;
    for (int32_t i = 0; i < m->atoms; i++) {
      int choices;
      if (!single[i]) continue;
      int32_t other = partner(m, single, i, &choices);
      if (choices == 0) return false;
      if (choices > 1 && first >= 0) continue;
      first = i, second = other;
      if (choices == 1) break;
    }
    if (first < 0) return true;
    single[first] = single[second] = 0;
  }
}

/* Whether upper-case atoms might be in an aromatic ring too: whether one is left of the ring atoms that
 * are unsaturated or no carbon, once those with fewer than two such neighbours are taken away. */
static bool may_have_more(khop_molecule *m) {
  int32_t *kept = m->scratch, *queue = kept + m->atoms, first = 0, last = 0, upper = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    kept[i] = m->atom[i].in_ring && (m->atom[i].aromatic || m->atom[i].element != 6);
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
      kept[i] = kept[i] || (m->atom[i].in_ring && m->bond[m->through[e]].order > 1);
    upper += kept[i] && !m->atom[i].aromatic;
  }
  if (!upper) return false;
  for (int32_t i = 0; i < m->atoms; i++)
    if (kept[i]) queue[last++] = i;
  while (first < last) {
    int32_t i = queue[first++], joined = 0;
    if (!kept[i]) continue;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
      joined += kept[m->neighbour[e]] && m->bond[m->through[e]].in_ring;
    if (joined > 1) continue;
    kept[i] = 0;
    upper -= !m->atom[i].aromatic;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
      if (kept[m->neighbour[e]]) queue[last++] = m->neighbour[e];
  }
  return upper > 0;
}

/* --- hydrogens --------------------------------------------------------------------------------- */

/* What is left of the lowest valence; false where a higher one, or none, would have to do. */
static bool add_hydrogens(khop_atom *a, int orders) {
  int lowest = a->element == 5 || a->element == 7 || a->element == 15 ? 3
               : a->element == 6                                      ? 4
               : a->element == 8 || a->element == 16                  ? 2
                                                                      : 1;
  if (a->charge) return orders == lowest + a->charge;
  if (orders <= lowest) a->hydrogens = (uint8_t)(lowest - orders);
  bool nitro = (a->element == 7 || a->element == 15) && orders == 5;
  bool sulfone = a->element == 16 && (orders == 4 || orders == 6);
  return orders <= lowest || nitro || sulfone;
}

static bool settle_hydrogens(khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    khop_atom *a = &m->atom[i];
    int orders = 0;
    if (a->aromatic) {
      if (a->element == 6) a->hydrogens = (uint8_t)(3 - a->degree);
      continue;
    }
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) orders += m->bond[m->through[e]].order;
    if (!add_hydrogens(a, orders)) return false;
  }
  return true;
}

khop_status khop_i_smiles_fast_read(bool *plain, khop_molecule *m, const char *text) {
  size_t length = strnlen(text, LONGEST + 1);
  *plain = false;
  m->atoms = m->bonds = 0;
  if (length > LONGEST) return KHOP_OK;
  khop_status status = khop_i_molecule_reserve(m, (int64_t)length, (int64_t)length);
  if (status != KHOP_OK || !read_text(m, text)) return status;
  khop_i_molecule_connect(m);
  khop_i_molecule_find_rings(m);
  *plain = settle_bonds(m) && pairs_up(m) && !may_have_more(m) && settle_hydrogens(m);
  return KHOP_OK;
}
