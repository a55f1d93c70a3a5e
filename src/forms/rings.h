/* rings.h: the inside of a khop_rings. The picture is in khop/rings.h. */
#ifndef KHOP_FORMS_RINGS_H
#define KHOP_FORMS_RINGS_H

#include <khop/rings.h>

struct khop_rings {
  int64_t nodes;
  int slots;
  int *hops;          /* (slots), ascending */
  khop_direction direction;
  khop_operator op;
  bool symmetric;     /* every slot is its own transpose */
  bool either_way;    /* a sample of rings that are their own transposes: fits any direction */
  int64_t *offsets;   /* (nodes * slots + 1) */
  int32_t *columns;   /* (offsets[nodes * slots]) */
  khop_real *values;  /* the same, walk powers only; else NULL: every entry is 1 */
  int64_t capacity;   /* entries that fit, of rings that are filled again and again; else 0 */
  /* (nodes * slots) row and column sums of what a sample was drawn from; else NULL */
  int64_t *row_sums, *column_sums;
  khop_rings *turned; /* owns: the transpose once somebody has asked for it */
  struct khop_i_alike **alike; /* (slots) owns: alike.h; NULL: nobody has looked */
  /* Of other forms than stored, which have no entries: offsets is one 0, columns is NULL. */
  khop_form form;
  int32_t *counts;                /* (nodes, slots) how many entries each row would have */
  khop_graph *arcs;               /* streamed: owns */
  struct khop_i_ladder *ladder;   /* owns */
  struct khop_i_bitmap *bitmap;   /* owns */
  struct khop_i_room *room;       /* owns: what applying them takes; not of `turned` */
};

/* An empty store with room for the offsets; hops (count) are sorted and made unique. */
khop_status khop_i_rings_new(khop_rings **rings, int64_t nodes, int count, const int *hops);

/* The transpose, made once and kept with the rings; symmetric rings are their own. Safe to call from
 * several threads. Errors: MEMORY. */
khop_status khop_i_rings_turned(const khop_rings **turned, const khop_rings *rings);

/* Scales as khop_rings_scales, without allocating: turned is the transpose. NULL skips one. */
void khop_i_rings_scale(khop_real *left, khop_real *right, const khop_rings *rings,
                        const khop_rings *turned, int slot, khop_norm norm, bool self_loop);

/* blocks.c: rings of some blocks of a block-diagonal graph. reserve: room for so many nodes and entries
 * (its transpose too, unless symmetric; that of `like` is made), empty at first. take_blocks: the rings of
 * the blocks chosen (count), block g being nodes first[g] .. first[g + 1] - 1; allocates nothing. */
khop_status khop_i_rings_reserve(khop_rings **rings, const khop_rings *like, int64_t nodes,
                                 int64_t entries);
bool khop_i_rings_has_room(const khop_rings *rings, const khop_rings *from, const int64_t *first,
                           int64_t count, const int64_t *chosen);
void khop_i_rings_take_blocks(khop_rings *rings, const khop_rings *from, const int64_t *first, int64_t count,
                              const int64_t *chosen);
/* "stored", "streamed", .. */
const char *khop_i_form_name(khop_form form);
/* ARGUMENT where the rings are not stored, for those who read entries. */
khop_status khop_i_rings_need_entries(const khop_rings *rings, const char *who);

/* The rings whose entries products read, one by one: these where they are stored, those that a ladder keeps whole, or
 * NULL. If those of one way are there, so are those of the other. */
const khop_rings *khop_i_rings_listed(const khop_rings *rings);

/* The first and the past-the-end entry of a row's slot. */
static inline int64_t khop_i_rings_begin(const khop_rings *rings, int64_t row, int slot) {
  return rings->offsets[row * rings->slots + slot];
}
static inline int64_t khop_i_rings_end(const khop_rings *rings, int64_t row, int slot) {
  return rings->offsets[row * rings->slots + slot + 1];
}

/* How many entries a row's slot has, in any form. */
static inline int64_t khop_i_rings_count(const khop_rings *rings, int64_t row, int slot) {
  if (rings->form != KHOP_STORED) return rings->counts[row * rings->slots + slot];
  return khop_i_rings_end(rings, row, slot) - khop_i_rings_begin(rings, row, slot);
}

/* Whether a slot is the identity by its hop. Words are numbered, and say nothing of that kind. */
static inline bool khop_i_rings_is_identity(const khop_rings *rings, int slot) {
  return rings->hops[slot] == 0 && rings->op != KHOP_WORD;
}

/* Whether a self-loop adds anything: the identity, and every ball, hold the node itself already;
 * among words the identity is a word of its own. */
static inline bool khop_i_rings_takes_loop(const khop_rings *rings, int slot) {
  return rings->hops[slot] > 0 && rings->op != KHOP_BALL && rings->op != KHOP_WORD;
}

#endif
