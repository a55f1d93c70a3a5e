/* smiles_atom.c: one atom of a SMILES.
 *
 *   C Cl c *                              of the organic subset: its hydrogens follow from its bonds
 *   [13C@@H2+2:7]                         in brackets: all that it has is written
 *     |  | | | +- class, passed over
 *     |  | | +--- charge
 *     |  | +----- hydrogens
 *     |  +------- chirality: @ @@ @TH1 @AL2 @SP3 @TB20 @OH30
 *     +---------- isotope */
#include "molecules/smiles_atom.h"
#include "base/error.h"
#include "molecules/elements.h"

#include <ctype.h>
#include <string.h>

enum { MOST_CHARGE = 15, MOST_ISOTOPE = 999, MOST_HYDROGENS = 9 };

khop_status khop_i_smiles_refuse(const char *why, const char *at, const char *text) {
  long long place = at - text + 1;
  unsigned char c = (unsigned char)*at;
  if (c == 0) return khop_i_fail(KHOP_E_FORMAT, "%s, at its end", why);
  if (!isprint(c)) return khop_i_fail(KHOP_E_FORMAT, "%s: byte 0x%02x at character %lld", why, c, place);
  return khop_i_fail(KHOP_E_FORMAT, "%s: '%c' at character %lld", why, c, place);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/* Digits, at most so much; -1 where there are none, most + 1 where it is more. */
static int number(const char **at, int most) {
  int value = -1;
  for (; is_digit(**at); ++*at) {
    value = (value < 0 ? 0 : value) * 10 + **at - '0';
    if (value > most) value = most + 1;
  }
  return value;
}

/* --- symbols ---------------------------------------------------------------------------------- */

static int one_letter(char c) {
  switch (c) {
  case 'H': return 1;
  case 'B': return 5;
  case 'C': return 6;
  case 'N': return 7;
  case 'O': return 8;
  case 'F': return 9;
  case 'P': return 15;
  case 'S': return 16;
  case 'K': return 19;
  case 'V': return 23;
  case 'Y': return 39;
  case 'I': return 53;
  case 'W': return 74;
  case 'U': return 92;
  default: return 0;
  }
}

static int lower_letter(char c) {
  switch (c) {
  case 'b': return 5;
  case 'c': return 6;
  case 'n': return 7;
  case 'o': return 8;
  case 'p': return 15;
  case 's': return 16;
  default: return 0;
  }
}

static int two_letters(const char *at) {
  for (int e = 1; e < 119; e++)
    if (khop_i_elements[e].symbol[0] == at[0] && khop_i_elements[e].symbol[1] == at[1]) return e;
  return 0;
}

static int two_lower(const char *at) {
  if (at[0] == 's' && at[1] == 'e') return 34;
  if (at[0] == 's' && at[1] == 'i') return 14;
  if (at[0] == 'a' && at[1] == 's') return 33;
  return at[0] == 't' && at[1] == 'e' ? 52 : 0;
}

/* The symbol in brackets; false where there is none. */
static bool symbol(khop_atom *atom, const char **at) {
  int letters = is_lower((*at)[1]) ? 2 : 1, element;
  if (**at == '*') {
    ++*at;
    return true;
  }
  if (is_lower(**at)) {
    element = letters == 2 ? two_lower(*at) : lower_letter(**at);
    atom->aromatic = true;
  } else {
    element = letters == 2 ? two_letters(*at) : one_letter(**at);
  }
  atom->element = (uint8_t)element;
  *at += element ? letters : 0;
  return element > 0;
}

/* --- brackets --------------------------------------------------------------------------------- */

/* @, @@, or a class of chirality with its number. */
static bool chirality(khop_atom *atom, const char **at) {
  static const struct {
    char name[3];
    int most;
  } classes[] = {{"TH", 2}, {"AL", 2}, {"SP", 3}, {"TB", 20}, {"OH", 30}};
  if (**at != '@') return true;
  atom->stereo = true;
  atom->hybridisation = 1;
  ++*at;
  if (**at == '@') {
    atom->hybridisation = 2;
    ++*at;
    return **at != '@';
  }
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
    if (strncmp(*at, classes[i].name, 2) != 0 || !is_digit((*at)[2])) continue;
    *at += 2;
    int kind = number(at, classes[i].most);
    atom->hybridisation = (uint8_t)(i == 0 ? kind : 0);
    return kind >= 1 && kind <= classes[i].most;
  }
  return true;
}

/* +, ++, +2; false where it is beyond what an atom can have. */
static bool charge(khop_atom *atom, const char **at) {
  char sign = **at;
  int value = 1;
  if (sign != '+' && sign != '-') return true;
  ++*at;
  if (is_digit(**at)) {
    value = number(at, MOST_CHARGE);
  } else {
    for (; **at == sign; ++*at) value += value <= MOST_CHARGE;
  }
  atom->charge = (int8_t)(sign == '+' ? value : -value);
  return value <= MOST_CHARGE;
}

static khop_status bracket(khop_atom *atom, const char **at, const char *text) {
  const char *start = (*at)++;
  int isotope = number(at, MOST_ISOTOPE), hydrogens = 0;
  if (isotope > MOST_ISOTOPE) return khop_i_smiles_refuse("an isotope above 999", start, text);
  atom->isotope = (uint16_t)(isotope > 0 ? isotope : 0);
  if (**at == 0) return khop_i_smiles_refuse("a bracket is not closed", *at, text);
  if (!symbol(atom, at)) return khop_i_smiles_refuse("an unknown element", *at, text);
  if (!chirality(atom, at)) return khop_i_smiles_refuse("a chirality that is none", *at, text);
  if (**at == 'H') {
    ++*at;
    hydrogens = is_digit(**at) ? number(at, MOST_HYDROGENS) : 1;
    if (hydrogens > MOST_HYDROGENS) return khop_i_smiles_refuse("more than 9 hydrogens in a bracket", start, text);
  }
  atom->hydrogens = (uint8_t)hydrogens;
  if (!charge(atom, at)) return khop_i_smiles_refuse("a charge beyond 15", start, text);
  if (**at == ':') {
    ++*at;
    if (number(at, 99999) < 0) return khop_i_smiles_refuse("an atom's class without its number", *at, text);
  }
  if (**at == 0) return khop_i_smiles_refuse("a bracket is not closed", *at, text);
  if (**at != ']') return khop_i_smiles_refuse("an invalid character in a bracket", *at, text);
  ++*at;
  return KHOP_OK;
}

khop_status khop_i_smiles_atom(khop_atom *atom, const char **at, const char *text) {
  const char *c = *at;
  *atom = (khop_atom){0};
  if (*c == '[') return bracket(atom, at, text);
  *at += 1;
  if (*c == '*') return KHOP_OK;
  atom->pi = 1;
  atom->element = (uint8_t)lower_letter(*c);
  if (atom->element) {
    atom->aromatic = true;
    return KHOP_OK;
  }
  if ((c[0] == 'C' && c[1] == 'l') || (c[0] == 'B' && c[1] == 'r')) {
    *at += 1;
    atom->element = *c == 'C' ? 17 : 35;
    return KHOP_OK;
  }
  atom->element = *c && strchr("BCNOFPSI", *c) ? (uint8_t)one_letter(*c) : 0;
  if (atom->element) return KHOP_OK;
  bool outside = *c == 'H' || (isupper((unsigned char)*c) && (one_letter(*c) || two_letters(c)));
  return khop_i_smiles_refuse(outside ? "an element that is written in brackets" : "an invalid character", c, text);
}
