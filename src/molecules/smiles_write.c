/* smiles_write.c: canonical SMILES.
 *
 *   ranks      canonical.c
 *   tree       depth first, from the lowest rank to the lowest rank; what is no edge of it closes a ring
 *   text       atoms as they are met; of branches the smallest first, the largest is the chain
 *   / and \    one bond at each end of a double bond, so that those that two double bonds share agree */
#include "molecules/canonical.h"
#include "molecules/elements.h"
#include "molecules/valence.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN = -2, CLOSE = -3, ATOM_TEXT = 48, BOND_TEXT = 16 };

typedef struct writer {
  const khop_molecule *m;
  bool isomeric;
  const int32_t *rank;
  int32_t *parent, *through; /* (atoms) in the tree, -1 at its roots */
  int32_t *size;             /* (atoms) of the part that hangs at it */
  int32_t *met;              /* (atoms) its turn in the tree, from 1 */
  int32_t *by_rank, *by_turn; /* (atoms) in the order of ranks, of turns */
  int32_t *stack;            /* (3 * atoms + 3) */
  int32_t *number;           /* (bonds) of an open ring, from 1; before that a list of bonds */
  uint8_t *height;           /* (bonds) 1: its end is above its begin, 2: below, 0: not known */
  uint8_t *marked;           /* (bonds) the height is written */
  uint8_t *used;             /* (bonds + 2) numbers of rings that are open */
  char *at;
} writer;

static bool in_tree(const writer *w, int32_t b) {
  const khop_bond *bond = &w->m->bond[b];
  return w->through[bond->begin] == b || w->through[bond->end] == b;
}

/* --- the tree --------------------------------------------------------------------------------- */

/* The neighbour of the lowest rank that is not met; its entry among the neighbours, or -1. */
static int32_t next_neighbour(const writer *w, int32_t i) {
  int32_t found = -1;
  for (int32_t e = w->m->offsets[i]; e < w->m->offsets[i + 1]; e++) {
    int32_t other = w->m->neighbour[e];
    if (!w->met[other] && (found < 0 || w->rank[other] < w->rank[w->m->neighbour[found]])) found = e;
  }
  return found;
}

static void grow_tree(writer *w, int32_t root, int32_t *turn) {
  int32_t depth = 0;
  w->stack[0] = root;
  w->met[root] = ++*turn;
  while (depth >= 0) {
    int32_t i = w->stack[depth], e = next_neighbour(w, i);
    if (e < 0) {
      if (--depth >= 0) w->size[w->stack[depth]] += w->size[i];
      continue;
    }
    int32_t other = w->m->neighbour[e];
    w->parent[other] = i;
    w->through[other] = w->m->through[e];
    w->met[other] = ++*turn;
    w->stack[++depth] = other;
  }
}

/* --- neighbours in the order of the text ---------------------------------------------------------- */

/* 0 before the atom, 1 rings that close here, 2 that open here, 3 branches. */
static int part_of(const writer *w, int32_t i, int32_t e) {
  int32_t other = w->m->neighbour[e], b = w->m->through[e];
  if (w->through[i] == b) return 0;
  if (w->through[other] == b) return 3;
  return w->met[other] < w->met[i] ? 1 : 2;
}

static bool comes_before(const writer *w, int32_t i, int32_t e, int32_t f) {
  int one = part_of(w, i, e), other = part_of(w, i, f);
  int32_t a = w->m->neighbour[e], b = w->m->neighbour[f];
  if (one != other) return one < other;
  if (one == 3 && w->size[a] != w->size[b]) return w->size[a] < w->size[b];
  return w->rank[a] < w->rank[b];
}

/* list: (degree) entries of an atom's neighbours. */
static int32_t list_neighbours(int32_t *list, const writer *w, int32_t i) {
  int32_t count = 0;
  for (int32_t e = w->m->offsets[i]; e < w->m->offsets[i + 1] && count < 255; e++) {
    int32_t at = count++;
    for (; at > 0 && comes_before(w, i, e, list[at - 1]); at--) list[at] = list[at - 1];
    list[at] = e;
  }
  return count;
}

/* @ 1, @@ 2: the turn by number, exchanged as often as the text exchanges neighbours; a hydrogen comes after what is
 * before the atom, and first where nothing is. */
static int turn_in_text(const writer *w, int32_t i, const int32_t *list, int32_t count) {
  if (!w->isomeric || !w->m->turn[i]) return 0;
  int odd = 0;
  for (int32_t a = 0; a < count; a++)
    for (int32_t b = 0; b < a; b++) odd ^= w->m->neighbour[list[a]] < w->m->neighbour[list[b]];
  if (count != 3) return odd ? 3 - w->m->turn[i] : w->m->turn[i]; /* as stereo.c reads: */
  int rings = 0;
  bool saturated = true;
  for (int32_t k = 0; k < count; k++) {
    rings += part_of(w, i, list[k]) == 1 || part_of(w, i, list[k]) == 2;
    saturated = saturated && w->m->bond[w->m->through[list[k]]].order == KHOP_BOND_SINGLE;
  }
  odd ^= w->m->atom[i].hydrogens ? w->through[i] < 0 : saturated && rings == 1;
  return odd ? 3 - w->m->turn[i] : w->m->turn[i];
}

/* --- / and \ ------------------------------------------------------------------------------------ */

/* The height of a bond's far end, seen from an atom at it. */
static int seen_from(const writer *w, int32_t b, int32_t atom) {
  int height = w->height[b];
  return height && w->m->bond[b].end == atom ? 3 - height : height;
}

static void set_height(writer *w, int32_t b, int32_t atom, int height) {
  w->height[b] = (uint8_t)(w->m->bond[b].end == atom ? 3 - height : height);
}

static bool at_other_double(const writer *w, int32_t atom) {
  for (int32_t e = w->m->offsets[atom]; e < w->m->offsets[atom + 1]; e++)
    if (w->m->bond[w->m->through[e]].order == KHOP_BOND_DOUBLE) return true;
  return false;
}

/* A bond that can be written with a height: a single one, also of an aromatic ring, to which a double bond outside of it
 * leaves nothing else. */
static bool can_be_high(const khop_bond *bond) {
  return bond->order == KHOP_BOND_SINGLE || bond->order == KHOP_BOND_AROMATIC;
}

/* The bond at an end of a double bond that is written with a height: one that is written already, else one of the tree
 * that leads to no other double bond. Its entry, or -1. */
static int32_t marked_at(const writer *w, int32_t bond, int32_t atom) {
  int32_t found = -1;
  int worst = 9;
  for (int32_t e = w->m->offsets[atom]; e < w->m->offsets[atom + 1]; e++) {
    int32_t b = w->m->through[e];
    if (b == bond || !can_be_high(&w->m->bond[b])) continue;
    int cost = w->marked[b] ? 0 : 1 + 2 * at_other_double(w, w->m->neighbour[e]) + !in_tree(w, b);
    if (cost < worst || (cost == worst && w->rank[w->m->neighbour[e]] < w->rank[w->m->neighbour[found]]))
      worst = cost, found = e;
  }
  return found;
}

static int32_t first_by_number(const writer *w, int32_t bond, int32_t atom) {
  int32_t first = INT32_MAX;
  for (int32_t e = w->m->offsets[atom]; e < w->m->offsets[atom + 1]; e++)
    if (w->m->through[e] != bond && w->m->neighbour[e] < first) first = w->m->neighbour[e];
  return first;
}

/* Gives the bonds at an end of a double bond their heights: of its first neighbour by number, the other is opposite.
 * What had none goes onto the list; returns its new length. */
static int32_t set_heights_at(writer *w, int32_t bond, int32_t atom, int first, int32_t *list, int32_t count) {
  int32_t number = first_by_number(w, bond, atom);
  for (int32_t e = w->m->offsets[atom]; e < w->m->offsets[atom + 1]; e++) {
    int32_t b = w->m->through[e];
    if (b == bond || w->height[b] || !can_be_high(&w->m->bond[b])) continue;
    set_height(w, b, atom, w->m->neighbour[e] == number ? first : 3 - first);
    list[count++] = b;
  }
  return count;
}

/* What a bond's height says of the bonds at the double bonds beside it. */
static int32_t spread_from(writer *w, int32_t b, int32_t atom, int32_t *list, int32_t count) {
  const khop_molecule *m = w->m;
  int32_t neighbour = m->bond[b].begin == atom ? m->bond[b].end : m->bond[b].begin;
  for (int32_t e = m->offsets[atom]; e < m->offsets[atom + 1]; e++) {
    int32_t bond = m->through[e], far = m->neighbour[e];
    if (bond == b || !m->side[bond]) continue;
    int height = seen_from(w, b, atom);
    int first = neighbour == first_by_number(w, bond, atom) ? height : 3 - height;
    count = set_heights_at(w, bond, atom, first, list, count);
    count = set_heights_at(w, bond, far, m->side[bond] == 1 ? first : 3 - first, list, count);
  }
  return count;
}

/* From one height to those of all bonds that double bonds join to it. Where a ring of double bonds contradicts itself
 * the first that comes holds. */
static void spread(writer *w, int32_t b) {
  int32_t *list = w->number, count = 0;
  list[count++] = b;
  for (int32_t next = 0; next < count; next++) {
    count = spread_from(w, list[next], w->m->bond[list[next]].begin, list, count);
    count = spread_from(w, list[next], w->m->bond[list[next]].end, list, count);
  }
}

/* Chooses the two bonds that are written. A height that is free is / where it is met first. */
static void mark_double(writer *w, int32_t b) {
  const khop_bond *bond = &w->m->bond[b];
  bool turned = w->met[bond->begin] > w->met[bond->end];
  int32_t near = turned ? bond->end : bond->begin, far = turned ? bond->begin : bond->end;
  int32_t e = marked_at(w, b, near), f = marked_at(w, b, far);
  if (e < 0 || f < 0) return;
  int32_t one = w->m->through[e];
  w->marked[one] = w->marked[w->m->through[f]] = 1;
  if (w->height[one]) return;
  set_height(w, one, near, w->through[near] == one ? 2 : 1);
  spread(w, one);
}

/* Double bonds in the order of the tree, so that heights do not depend on the writing. */
static void mark_doubles(writer *w) {
  const khop_molecule *m = w->m;
  memset(w->height, 0, (size_t)m->bonds);
  memset(w->marked, 0, (size_t)m->bonds);
  for (int32_t t = 0; t < m->atoms && w->isomeric; t++) {
    int32_t i = w->by_turn[t];
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
      if (m->side[m->through[e]] && w->met[m->neighbour[e]] > t + 1) mark_double(w, m->through[e]);
  }
  for (int32_t b = 0; b < m->bonds; b++)
    if (!w->marked[b]) w->height[b] = 0;
}

/* --- the text --------------------------------------------------------------------------------- */

/* Whether an atom without brackets is read back as it is. */
static bool is_bare(const writer *w, int32_t i, int turn) {
  const khop_atom *a = &w->m->atom[i];
  if (a->charge || a->radical || turn || (w->isomeric && a->isotope)) return false;
  if (a->element == 0) return a->hydrogens == 0;
  if (a->aromatic) {
    if (a->element == 6) return a->degree + a->hydrogens == 3;
    if (a->element == 7) return a->hydrogens == 0 && a->degree <= 3;
    return (a->element == 8 || a->element == 16) && a->hydrogens == 0 && a->degree == 2;
  }
  if (a->element > 53 || !strchr("\5\6\7\10\11\17\20\21\43\65", a->element)) return false;
  int bonds = khop_i_sum_orders(w->m, i);
  return khop_i_valence(a->element, 0, bonds) == bonds + a->hydrogens;
}

static void write_atom(writer *w, int32_t i, int turn) {
  const khop_atom *a = &w->m->atom[i];
  char symbol[4];
  snprintf(symbol, sizeof symbol, "%s", khop_element_symbol(a->element));
  if (a->aromatic) symbol[0] = (char)(symbol[0] | 32);
  if (is_bare(w, i, turn)) {
    w->at += sprintf(w->at, "%s", symbol);
    return;
  }
  *w->at++ = '[';
  if (a->isotope && w->isomeric) w->at += sprintf(w->at, "%d", a->isotope);
  w->at += sprintf(w->at, "%s%s", symbol, turn == 1 ? "@" : turn == 2 ? "@@" : "");
  if (a->hydrogens) *w->at++ = 'H';
  if (a->hydrogens > 1) w->at += sprintf(w->at, "%d", a->hydrogens);
  if (a->charge) *w->at++ = a->charge > 0 ? '+' : '-';
  if (abs(a->charge) > 1) w->at += sprintf(w->at, "%d", abs(a->charge));
  *w->at++ = ']';
}

/* A bond as it is seen from an atom. */
static void write_bond(writer *w, int32_t b, int32_t from) {
  static const char signs[] = "?-=#:$";
  const khop_bond *bond = &w->m->bond[b];
  int height = seen_from(w, b, from);
  bool lower = w->m->atom[bond->begin].aromatic && w->m->atom[bond->end].aromatic;
  if (height)
    *w->at++ = height == 1 ? '/' : '\\';
  else if (bond->order != KHOP_BOND_AROMATIC && (bond->order != KHOP_BOND_SINGLE || lower))
    *w->at++ = signs[bond->order];
}

static void write_number(writer *w, int32_t number) {
  w->at += sprintf(w->at, number < 10 ? "%d" : number < 100 ? "%%%d" : "%%(%d)", number);
}

/* The lowest number that no open ring has. */
static int32_t take_number(writer *w) {
  int32_t number = 1;
  while (w->used[number]) number++;
  w->used[number] = 1;
  return number;
}

/* An atom with its rings; what hangs at it goes onto the stack, the last branch lowest. */
static int32_t write_node(writer *w, int32_t i, int32_t depth) {
  int32_t list[255], count = list_neighbours(list, w, i), branches = 0;
  if (w->through[i] >= 0) write_bond(w, w->through[i], w->parent[i]);
  write_atom(w, i, turn_in_text(w, i, list, count));
  for (int32_t k = 0; k < count; k++) {
    int32_t b = w->m->through[list[k]];
    int part = part_of(w, i, list[k]);
    branches += part == 3;
    if (part == 2) write_bond(w, b, i), w->number[b] = take_number(w);
    if (part == 1 || part == 2) write_number(w, w->number[b]);
  }
  for (int32_t k = 0; k < count; k++)
    if (part_of(w, i, list[k]) == 1) w->used[w->number[w->m->through[list[k]]]] = 0;
  for (int32_t k = count - 1; k >= count - branches; k--) {
    bool chain = k == count - 1;
    if (!chain) w->stack[depth++] = CLOSE;
    w->stack[depth++] = w->m->neighbour[list[k]];
    if (!chain) w->stack[depth++] = OPEN;
  }
  return depth;
}

static void write_tree(writer *w, int32_t root) {
  int32_t depth = 0;
  for (w->stack[depth++] = root; depth > 0;) {
    int32_t what = w->stack[--depth];
    if (what == OPEN)
      *w->at++ = '(';
    else if (what == CLOSE)
      *w->at++ = ')';
    else
      depth = write_node(w, what, depth);
  }
}

static void write_all(writer *w, char *text) {
  const khop_molecule *m = w->m;
  int32_t turn = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    w->by_rank[w->rank[i]] = i;
    w->parent[i] = w->through[i] = -1;
    w->size[i] = 1;
  }
  for (int32_t k = 0; k < m->atoms; k++)
    if (!w->met[w->by_rank[k]]) grow_tree(w, w->by_rank[k], &turn);
  for (int32_t i = 0; i < m->atoms; i++) w->by_turn[w->met[i] - 1] = i;
  mark_doubles(w);
  w->at = text;
  for (int32_t k = 0; k < m->atoms; k++) {
    if (w->through[w->by_rank[k]] >= 0) continue;
    if (w->at > text) *w->at++ = '.';
    write_tree(w, w->by_rank[k]);
  }
  *w->at = 0;
}

static khop_status write_canonical(char **text, const khop_molecule *molecule, bool isomeric) {
  khop_i_canonical c = {0};
  writer w = {.m = molecule, .isomeric = isomeric};
  char *written = NULL;
  int32_t *room = NULL;
  khop_status status = KHOP_OK;
  int64_t atoms = molecule->atoms, bonds = molecule->bonds;
  KHOP_TRY(khop_i_canonise(&c, molecule, isomeric, -1, -1));
  KHOP_TRY(khop_i_alloc(&room, 9 * atoms + 3 + bonds, sizeof *room, "a SMILES"));
  KHOP_TRY(khop_i_alloc(&w.height, 3 * bonds + 2, 1, "a SMILES"));
  KHOP_TRY(khop_i_alloc(&written, ATOM_TEXT * atoms + BOND_TEXT * bonds + 1, 1, "a SMILES"));
  w.rank = c.rank;
  w.parent = room, w.through = room + atoms, w.size = room + 2 * atoms, w.met = room + 3 * atoms;
  w.by_rank = room + 4 * atoms, w.stack = room + 5 * atoms, w.by_turn = room + 8 * atoms + 3;
  w.number = room + 9 * atoms + 3;
  w.marked = w.height + bonds;
  w.used = w.height + 2 * bonds;
  write_all(&w, written);
  KHOP_TRY(khop_i_strdup(text, written));
done:
  khop_i_free(room);
  khop_i_free(w.height);
  khop_i_free(written);
  khop_i_canonical_clear(&c);
  return status;
}

/* Whether some heavy hydrogen is an atom for its isotope alone. */
static bool has_heavy_hydrogen(const khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++)
    if (m->atom[i].element == 1 && m->atom[i].isotope && m->atom[i].degree == 1) return true;
  return false;
}

khop_status khop_molecule_smiles(char **text, const khop_molecule *molecule, bool isomeric) {
  khop_molecule *light = NULL;
  char *heavy = NULL;
  khop_status status = KHOP_OK;
  if (!text || !molecule)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_molecule_smiles: a text and a molecule are needed");
  *text = NULL;
  if (isomeric || !has_heavy_hydrogen(molecule)) return write_canonical(text, molecule, isomeric);
  /* Without isotopes they are hydrogens of their atoms: the text that still has them as atoms is read back so. */
  KHOP_TRY(write_canonical(&heavy, molecule, false));
  KHOP_TRY(khop_molecule_new(&light));
  KHOP_TRY(khop_molecule_parse(light, heavy));
  KHOP_TRY(write_canonical(text, light, false));
done:
  khop_i_free(heavy);
  khop_molecule_free(light);
  return status;
}
