/* smiles.c: atoms and bonds from SMILES.
 *
 *   CC(=O)Nc1ccc(O)cc1.[Na+]     atoms, bonds - = # $ : / \, branches, numbers of rings, dots
 *
 * A text is read once, from left to right. What may come next depends on what came last, and whatever else comes is
 * refused at its character. What the letters mean (hydrogens, Kekule's bonds) is found later, from the graph. */
#include "molecules/smiles.h"
#include "base/error.h"
#include "molecules/smiles_atom.h"

#include <ctype.h>
#include <string.h>

enum { MOST_OPEN = 500, MOST_RING = 99999 };

/* What came last: nothing or a dot, an atom with its rings, a bond, (, ). */
typedef enum came { BEGUN, ATOM, BOND, OPENED, CLOSED } came;

typedef struct open_ring {
  int32_t number, atom;
  const char *at;
  uint8_t order;
  uint8_t sided;
} open_ring;

typedef struct reader {
  khop_molecule *m;
  const char *text, *at;
  came came;
  int32_t last;       /* the atom that the next is bound to, or -1 */
  int32_t since;      /* the first bond of the newest atom */
  uint8_t order;      /* written before the next atom or number, or 0 */
  uint8_t sided;      /* 1: that was /, 2: \ */
  bool numbers;       /* the number of a ring may come: an atom is there for it */
  int32_t depth;      /* of branches, whose atoms are in the molecule's scratch */
  int32_t rings;
  open_ring ring[MOST_OPEN];
} reader;

static khop_status refuse(const reader *r, const char *why) { return khop_i_smiles_refuse(why, r->at, r->text); }

/* --- bonds ------------------------------------------------------------------------------------ */

static khop_status add_bond(reader *r, int32_t begin, int32_t end, uint8_t order, uint8_t sided) {
  khop_molecule *m = r->m;
  if (m->bonds == m->bond_capacity) {
    khop_status status = khop_i_molecule_reserve(m, m->atoms, m->bonds + 1);
    if (status != KHOP_OK) return status;
  }
  m->written[2 * m->bonds] = (int32_t)(r->at - r->text) + 2;
  m->written[2 * m->bonds + 1] = 0;
  m->bond[m->bonds++] =
      (khop_bond){.begin = begin, .end = end, .order = order, .stereo = sided > 0, .conjugated = sided == 2};
  return KHOP_OK;
}

static khop_status read_bond(reader *r, uint8_t order, uint8_t sided) {
  if (r->came == BOND) return refuse(r, "a bond after a bond");
  if (r->came == BEGUN) return refuse(r, "a bond without an atom before it");
  if (order == KHOP_BOND_SINGLE && r->at[0] == '-' && r->at[1] == '>')
    return khop_i_fail(KHOP_E_FORMAT, "a dative bond (->) at character %lld: khop reads covalent bonds",
                       (long long)(r->at - r->text + 1));
  r->order = order;
  r->sided = sided;
  r->came = BOND;
  r->at++;
  return KHOP_OK;
}

/* --- rings ------------------------------------------------------------------------------------ */

static khop_status close_ring(reader *r, int32_t index) {
  open_ring o = r->ring[index];
  uint8_t order = r->order ? r->order : o.order;
  if (r->order && o.order && r->order != o.order) return refuse(r, "a ring whose ends have different bonds");
  if (o.atom == r->last) return refuse(r, "a ring of one atom");
  for (int32_t b = r->last == r->m->atoms - 1 ? r->since : 0; b < r->m->bonds; b++)
    if ((r->m->bond[b].begin == o.atom && r->m->bond[b].end == r->last) ||
        (r->m->bond[b].end == o.atom && r->m->bond[b].begin == r->last))
      return refuse(r, "a second bond between two atoms");
  r->ring[index] = r->ring[--r->rings];
  /* What is written at this end is seen from here: / is \ from the other. */
  khop_status status = add_bond(r, o.atom, r->last, order, o.sided ? o.sided : r->sided ? (uint8_t)(3 - r->sided) : 0);
  if (status != KHOP_OK) return status;
  int32_t *written = r->m->written + 2 * (r->m->bonds - 1);
  written[1] = written[0];
  written[0] = (int32_t)(o.at - r->text) + 2;
  return KHOP_OK;
}

/* The number of a ring at r->at: a digit, %nn or %(nnnnn); -1 where it is none. *end is behind it. */
static int32_t ring_number(const reader *r, const char **end) {
  const char *at = r->at;
  int32_t number = 0;
  if (*at != '%') {
    *end = at + 1;
    return *at - '0';
  }
  at++;
  if (*at != '(') {
    *end = at + 2;
    return isdigit((unsigned char)at[0]) && isdigit((unsigned char)at[1]) ? 10 * (at[0] - '0') + at[1] - '0' : -1;
  }
  const char *first = ++at;
  for (; isdigit((unsigned char)*at); at++) number = number > MOST_RING ? number : 10 * number + *at - '0';
  *end = at + 1;
  return *at == ')' && at > first && number <= MOST_RING ? number : -1;
}

static khop_status read_number(reader *r) {
  const char *end;
  int32_t number = ring_number(r, &end);
  khop_status status = KHOP_OK;
  if (!r->numbers) return refuse(r, "the number of a ring without its atom before it");
  if (number < 0) return refuse(r, "the number of a ring that is none");
  int32_t index = 0;
  while (index < r->rings && r->ring[index].number != number) index++;
  if (index < r->rings) {
    status = close_ring(r, index);
  } else if (r->rings == MOST_OPEN) {
    status = khop_i_fail(KHOP_E_FORMAT, "more than %d rings are open at once", MOST_OPEN);
  } else {
    r->ring[r->rings++] = (open_ring){number, r->last, r->at, r->order, r->sided};
  }
  r->order = 0;
  r->sided = 0;
  r->came = ATOM;
  r->at = end;
  return status;
}

/* --- atoms, branches, dots -------------------------------------------------------------------- */

static khop_status read_atom(reader *r) {
  khop_molecule *m = r->m;
  khop_status status = KHOP_OK;
  if (m->atoms == KHOP_MAX_ATOMS)
    return khop_i_fail(KHOP_E_FORMAT, "it has more than %d atoms, which is the most that khop takes", KHOP_MAX_ATOMS);
  if (m->atoms == m->atom_capacity) status = khop_i_molecule_reserve(m, m->atoms + 1, m->bonds);
  if (status == KHOP_OK) status = khop_i_smiles_atom(&m->atom[m->atoms], &r->at, r->text);
  if (status != KHOP_OK) return status;
  int32_t atom = m->atoms++;
  r->since = m->bonds;
  if (r->last >= 0) status = add_bond(r, r->last, atom, r->order, r->sided);
  r->last = atom;
  r->order = 0;
  r->sided = 0;
  r->numbers = true;
  r->came = ATOM;
  return status;
}

static khop_status open_branch(reader *r) {
  if (r->came != ATOM && r->came != CLOSED) return refuse(r, "a branch without an atom before it");
  r->m->scratch[r->depth++] = r->last;
  r->came = OPENED;
  r->numbers = false;
  r->at++;
  return KHOP_OK;
}

static khop_status close_branch(reader *r) {
  if (r->depth == 0) return refuse(r, "a parenthesis that was not opened");
  if (r->came == OPENED) return refuse(r, "an empty branch");
  if (r->came == BOND) return refuse(r, "a bond without an atom after it");
  if (r->came == BEGUN) return refuse(r, "a dot without an atom after it");
  r->last = r->m->scratch[--r->depth];
  r->came = CLOSED;
  r->numbers = r->last >= 0;
  r->at++;
  return KHOP_OK;
}

static khop_status read_dot(reader *r) {
  if (r->came == BOND) return refuse(r, "a bond without an atom after it");
  if (r->came == BEGUN) return refuse(r, "a dot without an atom before it");
  r->last = -1;
  r->came = BEGUN;
  r->numbers = false;
  r->at++;
  return KHOP_OK;
}

/* --- the text --------------------------------------------------------------------------------- */

static khop_status read_next(reader *r) {
  switch (*r->at) {
  case '-': return read_bond(r, KHOP_BOND_SINGLE, 0);
  case '=': return read_bond(r, KHOP_BOND_DOUBLE, 0);
  case '#': return read_bond(r, KHOP_BOND_TRIPLE, 0);
  case '$': return read_bond(r, KHOP_BOND_QUADRUPLE, 0);
  case ':': return read_bond(r, KHOP_BOND_AROMATIC, 0);
  case '/': return read_bond(r, KHOP_BOND_SINGLE, 1);
  case '\\': return read_bond(r, KHOP_BOND_SINGLE, 2);
  case '<':
    return khop_i_fail(KHOP_E_FORMAT, "a dative bond (<-) at character %lld: khop reads covalent bonds",
                       (long long)(r->at - r->text + 1));
  case '(': return open_branch(r);
  case ')': return close_branch(r);
  case '.': return read_dot(r);
  case '%':
  case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
    return read_number(r);
  default: return read_atom(r);
  }
}

static khop_status check_end(const reader *r) {
  if (r->m->atoms == 0) return khop_i_fail(KHOP_E_FORMAT, "there is no atom");
  if (r->came == BOND) return khop_i_fail(KHOP_E_FORMAT, "a bond without an atom after it, at its end");
  if (r->depth) return khop_i_fail(KHOP_E_FORMAT, "a parenthesis is not closed");
  if (r->came == BEGUN) return khop_i_fail(KHOP_E_FORMAT, "a dot without an atom after it, at its end");
  if (r->rings)
    return khop_i_fail(KHOP_E_FORMAT, "ring %d is not closed, opened at character %lld", r->ring[0].number,
                       (long long)(r->ring[0].at - r->text + 1));
  return KHOP_OK;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

khop_status khop_i_smiles_read(khop_molecule *m, const char *text) {
  reader r;
  r.m = m, r.text = r.at = text, r.came = BEGUN, r.last = -1, r.since = 0, r.order = 0, r.sided = 0, r.numbers = false;
  r.depth = r.rings = 0;
  m->atoms = m->bonds = 0;
  while (is_blank(*r.at)) r.at++;
  while (*r.at && !is_blank(*r.at)) {
    khop_status status = read_next(&r);
    if (status != KHOP_OK) return status;
  }
  while (is_blank(*r.at)) r.at++;
  return *r.at ? refuse(&r, "an invalid character after a blank") : check_end(&r);
}
