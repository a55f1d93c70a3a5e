/* string_table.c: see string_table.h. */
#include "base/string_table.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

uint64_t khop_i_fnv(const char *text, size_t length) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
  return hash;
}

const char *khop_i_string_table_text(const khop_i_string_table *s, int32_t id) { return s->pool + s->offset[id]; }

/* Where the string stands among the slots, or the free slot where it would. */
static int64_t find_slot(const khop_i_string_table *s, const char *text, size_t length) {
  int64_t mask = s->slots - 1, at = (int64_t)(khop_i_fnv(text, length) & (uint64_t)mask);
  for (; s->slot[at] >= 0; at = (at + 1) & mask) {
    const char *there = khop_i_string_table_text(s, s->slot[at]);
    if (strncmp(there, text, length) == 0 && !there[length]) break;
  }
  return at;
}

static khop_status more_slots(khop_i_string_table *s, int64_t slots) {
  int32_t *slot = NULL;
  khop_status status = khop_i_alloc_raw(&slot, slots, sizeof *slot, "a table of strings");
  if (status != KHOP_OK) return status;
  memset(slot, -1, (size_t)slots * sizeof *slot);
  khop_i_free(s->slot);
  s->slot = slot;
  s->slots = slots;
  for (int32_t id = 0; id < s->count; id++) {
    const char *text = khop_i_string_table_text(s, id);
    s->slot[find_slot(s, text, strlen(text))] = id;
  }
  return KHOP_OK;
}

static khop_status reserve(khop_i_string_table *s, int64_t bytes) {
  khop_status status = KHOP_OK;
  if (s->count == INT32_MAX) return khop_i_fail(KHOP_E_MEMORY, "no memory for more strings");
  if (s->count == s->offset_capacity) {
    int64_t capacity = s->offset_capacity ? 2 * s->offset_capacity : 512;
    KHOP_TRY(khop_i_grow(&s->offset, capacity, sizeof *s->offset, "strings"));
    s->offset_capacity = capacity;
  }
  if (s->used + bytes > s->pool_capacity) {
    int64_t capacity = 2 * s->pool_capacity + bytes + 4096;
    KHOP_TRY(khop_i_grow(&s->pool, capacity, 1, "strings"));
    s->pool_capacity = capacity;
  }
done:
  return status;
}

khop_status khop_i_string_table_add(int32_t *id, khop_i_string_table *s, const char *text, size_t length) {
  khop_status status = 2 * ((int64_t)s->count + 1) > s->slots ? more_slots(s, s->slots ? 2 * s->slots : 1024) : KHOP_OK;
  if (status != KHOP_OK) return status;
  int64_t at = find_slot(s, text, length);
  if (s->slot[at] < 0) {
    status = reserve(s, (int64_t)length + 1);
    if (status != KHOP_OK) return status;
    memcpy(s->pool + s->used, text, length);
    s->pool[s->used + (int64_t)length] = 0;
    s->offset[s->count] = s->used;
    s->used += (int64_t)length + 1;
    s->slot[at] = s->count++;
  }
  *id = s->slot[at];
  return KHOP_OK;
}

khop_status khop_i_string_table_reserve(khop_i_string_table *s, int64_t count) {
  int64_t slots = s->slots ? s->slots : 1024;
  while (slots < 2 * count) slots *= 2;
  return slots > s->slots ? more_slots(s, slots) : KHOP_OK;
}

int32_t khop_i_string_table_find(const khop_i_string_table *s, const char *text, size_t length) {
  return s->count ? s->slot[find_slot(s, text, length)] : -1;
}

/* Heap sort: it needs no memory, and its comparison may read the table, which that of qsort cannot. */
static void sift(int32_t *order, int64_t at, int64_t count, const khop_i_string_table *s) {
  for (int64_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && strcmp(khop_i_string_table_text(s, order[child]),
                                    khop_i_string_table_text(s, order[child + 1])) < 0)
      child++;
    if (strcmp(khop_i_string_table_text(s, order[at]), khop_i_string_table_text(s, order[child])) >= 0) return;
    int32_t held = order[at];
    order[at] = order[child];
    order[child] = held;
  }
}

void khop_i_string_table_sort(int32_t *order, int64_t count, const khop_i_string_table *s) {
  for (int64_t at = count / 2; at-- > 0;) sift(order, at, count, s);
  for (int64_t end = count; end-- > 1;) {
    int32_t largest = order[0];
    order[0] = order[end];
    order[end] = largest;
    sift(order, 0, end, s);
  }
}

void khop_i_string_table_free(khop_i_string_table *s) {
  khop_i_free(s->pool);
  khop_i_free(s->offset);
  khop_i_free(s->slot);
  *s = (khop_i_string_table){0};
}
