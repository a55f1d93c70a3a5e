/* safetensors.c: see safetensors.h. Reading trusts no number: each is held against the size of the
 * file before it is used. */
#include "files/safetensors.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/infile.h"
#include "files/json_text.h"
#include "files/outfile.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define METADATA "__metadata__"

static const struct {
  khop_i_dtype dtype;
  const char *name;
} types[] = {
    {KHOP_I_BOOL, "BOOL"},  {KHOP_I_INT8, "I8"},     {KHOP_I_UINT8, "U8"},    {KHOP_I_INT16, "I16"},
    {KHOP_I_UINT16, "U16"}, {KHOP_I_INT32, "I32"},   {KHOP_I_UINT32, "U32"},  {KHOP_I_INT64, "I64"},
    {KHOP_I_UINT64, "U64"}, {KHOP_I_FLOAT32, "F32"}, {KHOP_I_FLOAT64, "F64"},
};
#define TYPES (sizeof types / sizeof *types)

/* Bytes of a tensor's data; false when the sizes cannot be. */
static bool tensor_bytes(size_t *bytes, const khop_i_tensor *tensor) {
  *bytes = khop_i_dtype_size(tensor->dtype);
  if (*bytes == 0 || tensor->dimensions < 0 || tensor->dimensions > KHOP_I_MAX_DIMENSIONS)
    return false;
  for (int i = 0; i < tensor->dimensions; i++)
    if (tensor->shape[i] < 0 || __builtin_mul_overflow(*bytes, (size_t)tensor->shape[i], bytes))
      return false;
  return *bytes <= INT64_MAX;
}

/* --- writing -------------------------------------------------------------------------------- */

static void write_entry(khop_i_json_text *json, const khop_i_tensor *tensor, size_t begin, size_t end) {
  khop_i_json_open(json, tensor->name, '{');
  for (size_t i = 0; i < TYPES; i++)
    if (types[i].dtype == tensor->dtype) khop_i_json_string(json, "dtype", types[i].name);
  khop_i_json_open(json, "shape", '[');
  for (int i = 0; i < tensor->dimensions; i++) khop_i_json_number(json, NULL, (double)tensor->shape[i]);
  khop_i_json_close(json, ']');
  khop_i_json_open(json, "data_offsets", '[');
  khop_i_json_number(json, NULL, (double)begin);
  khop_i_json_number(json, NULL, (double)end);
  khop_i_json_close(json, ']');
  khop_i_json_close(json, '}');
}

static khop_status check_names(const khop_i_tensor *tensors, int count) {
  for (int i = 0; i < count; i++) {
    size_t bytes = 0;
    if (!tensor_bytes(&bytes, &tensors[i]))
      return khop_i_fail(KHOP_E_ARGUMENT, "tensor '%s' has a type or sizes that cannot be written",
                         tensors[i].name);
    bool taken = strcmp(tensors[i].name, METADATA) == 0;
    for (int j = 0; j < i; j++) taken = taken || strcmp(tensors[i].name, tensors[j].name) == 0;
    if (taken)
      return khop_i_fail(KHOP_E_ARGUMENT, "the name '%s' of tensor %d is taken", tensors[i].name,
                         i);
  }
  return KHOP_OK;
}

/* order: (count), the tensors by falling item size, as they are laid out. */
static khop_status make_header(char **header, const khop_i_tensor *tensors, int count, int *order,
                               const khop_i_meta *meta, int metas) {
  khop_i_json_text json = {0};
  char *text = NULL;
  khop_i_json_open(&json, NULL, '{');
  if (metas) khop_i_json_open(&json, METADATA, '{');
  for (int i = 0; i < metas; i++) khop_i_json_string(&json, meta[i].key, meta[i].value);
  if (metas) khop_i_json_close(&json, '}');
  int ordered = 0;
  size_t begin = 0, bytes = 0;
  for (size_t width = 8; width; width /= 2)
    for (int i = 0; i < count; i++)
      if (khop_i_dtype_size(tensors[i].dtype) == width) {
        tensor_bytes(&bytes, &tensors[i]);
        write_entry(&json, &tensors[i], begin, begin + bytes);
        begin += bytes;
        order[ordered++] = i;
      }
  khop_i_json_close(&json, '}');
  khop_status status = khop_i_json_take(&text, &json);
  if (status == KHOP_OK) status = khop_i_sprintf(header, "%s%*s", text, (int)(-strlen(text) & 7), "");
  khop_i_free(text);
  return status;
}

static khop_status read_back(const khop_i_outfile *out, const char *header, int count, const khop_i_tensor *tensors,
                             int metas, const khop_i_meta *meta);

khop_status khop_i_safetensors_write(const char *path, int count, const khop_i_tensor *tensors,
                                     int metas, const khop_i_meta *meta) {
  khop_i_outfile out = {0};
  char *header = NULL;
  int *order = NULL;
  khop_status status = check_names(tensors, count);
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&order, count, sizeof *order, "an order of tensors"));
  KHOP_TRY(make_header(&header, tensors, count, order, meta, metas));
  KHOP_TRY(khop_i_outfile_open(&out, path));
  /* a write that fails is remembered by the stream, and reported by the commit */
  uint64_t length = strlen(header);
  fwrite(&length, 1, sizeof length, out.stream);
  fwrite(header, 1, length, out.stream);
  for (int i = 0; i < count; i++) {
    size_t bytes = 0;
    tensor_bytes(&bytes, &tensors[order[i]]);
    if (bytes) fwrite(tensors[order[i]].data, 1, bytes, out.stream);
  }
  bool written = fflush(out.stream) == 0 && !ferror(out.stream);
  if (written && khop_i_outfile_is_apart(&out)) KHOP_TRY(read_back(&out, header, count, tensors, metas, meta));
  KHOP_TRY(khop_i_outfile_commit(&out));
done:
  khop_i_outfile_abandon(&out);
  khop_i_free(header);
  khop_i_free(order);
  return khop_i_prefix(status, path);
}

/* --- reading -------------------------------------------------------------------------------- */

/* A tensor, and where the file says that its data are. */
typedef struct located_tensor {
  khop_i_tensor tensor;
  size_t begin, end;
} located_tensor;

struct khop_i_safetensors {
  cJSON *root; /* holds the names and the metadata */
  int count;
  located_tensor *tensors; /* (count), in the order of the data */
};

static void clear(khop_i_safetensors *file) {
  for (int i = 0; i < file->count; i++) khop_i_free((void *)(uintptr_t)file->tensors[i].tensor.data);
  khop_i_free(file->tensors);
  cJSON_Delete(file->root);
}

/* A number of the header as a count of bytes or items: whole, not negative, exact in a double. */
static bool as_size(int64_t *size, const cJSON *item) {
  if (!cJSON_IsNumber(item)) return false;
  double value = item->valuedouble;
  if (!(value >= 0 && value <= 0x1p53) || value != (double)(int64_t)value) return false;
  *size = (int64_t)value;
  return true;
}

static khop_status parse_type(khop_i_tensor *tensor, const cJSON *type) {
  if (!cJSON_IsString(type))
    return khop_i_fail(KHOP_E_FORMAT, "tensor '%s' has no dtype", tensor->name);
  for (size_t i = 0; i < TYPES; i++)
    if (strcmp(types[i].name, type->valuestring) == 0) {
      tensor->dtype = types[i].dtype;
      return KHOP_OK;
    }
  return khop_i_fail(KHOP_E_UNSUPPORTED,
                     "tensor '%s' has the type '%.20s', which khop does not read", tensor->name,
                     type->valuestring);
}

static khop_status parse_shape(khop_i_tensor *tensor, const cJSON *shape) {
  if (!cJSON_IsArray(shape))
    return khop_i_fail(KHOP_E_FORMAT, "tensor '%s' has no shape", tensor->name);
  const cJSON *size = NULL;
  cJSON_ArrayForEach(size, shape) {
    if (tensor->dimensions == KHOP_I_MAX_DIMENSIONS)
      return khop_i_fail(KHOP_E_UNSUPPORTED, "tensor '%s' has more than %d dimensions",
                         tensor->name, KHOP_I_MAX_DIMENSIONS);
    if (!as_size(&tensor->shape[tensor->dimensions++], size))
      return khop_i_fail(KHOP_E_FORMAT, "tensor '%s': size %d of its shape is not a whole number",
                         tensor->name, tensor->dimensions);
  }
  return KHOP_OK;
}

static khop_status parse_offsets(located_tensor *located, const cJSON *offsets, size_t data_size) {
  const char *name = located->tensor.name;
  int64_t begin = 0, end = 0;
  size_t bytes = 0;
  if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 ||
      !as_size(&begin, cJSON_GetArrayItem(offsets, 0)) ||
      !as_size(&end, cJSON_GetArrayItem(offsets, 1)))
    return khop_i_fail(KHOP_E_FORMAT, "tensor '%s': its data_offsets are not two whole numbers",
                       name);
  if (begin > end || (size_t)end > data_size)
    return khop_i_fail(KHOP_E_FORMAT,
                       "tensor '%s': its data_offsets are [%lld, %lld] in %zu bytes "
                       "of data",
                       name, (long long)begin, (long long)end, data_size);
  if (!tensor_bytes(&bytes, &located->tensor) || bytes != (size_t)(end - begin))
    return khop_i_fail(KHOP_E_FORMAT,
                       "tensor '%s' has %lld bytes of data, which does not fit its "
                       "type and shape",
                       name, (long long)(end - begin));
  located->begin = (size_t)begin;
  located->end = (size_t)end;
  return KHOP_OK;
}

static khop_status parse_tensor(located_tensor *located, const cJSON *entry, size_t data_size) {
  khop_i_tensor *tensor = &located->tensor;
  tensor->name = entry->string;
  if (!cJSON_IsObject(entry))
    return khop_i_fail(KHOP_E_FORMAT, "the header's entry '%s' is no tensor", tensor->name);
  khop_status status = parse_type(tensor, cJSON_GetObjectItemCaseSensitive(entry, "dtype"));
  if (status == KHOP_OK)
    status = parse_shape(tensor, cJSON_GetObjectItemCaseSensitive(entry, "shape"));
  if (status != KHOP_OK) return status;
  return parse_offsets(located, cJSON_GetObjectItemCaseSensitive(entry, "data_offsets"), data_size);
}

static khop_status check_metadata(const cJSON *metadata) {
  if (!cJSON_IsObject(metadata))
    return khop_i_fail(KHOP_E_FORMAT, "the header's " METADATA " is not an object");
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, metadata) if (!cJSON_IsString(item)) return khop_i_fail(
      KHOP_E_FORMAT, "the header's " METADATA " '%s' is not a string", item->string);
  return KHOP_OK;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const located_tensor *)a)->tensor.name, ((const located_tensor *)b)->tensor.name);
}

/* By position; an empty tensor comes before the one that begins where it stands. */
static int by_position(const void *a, const void *b) {
  const located_tensor *p = a, *q = b;
  if (p->begin != q->begin) return p->begin < q->begin ? -1 : 1;
  return (p->end > q->end) - (p->end < q->end);
}

/* No name twice; and, in the order of the data, no gap and no overlap. */
static khop_status check_layout(located_tensor *tensors, int count, size_t data_size) {
  if (count) qsort(tensors, (size_t)count, sizeof *tensors, by_name);
  for (int i = 1; i < count; i++)
    if (by_name(&tensors[i - 1], &tensors[i]) == 0)
      return khop_i_fail(KHOP_E_FORMAT, "the name '%s' is there twice", tensors[i].tensor.name);
  if (count) qsort(tensors, (size_t)count, sizeof *tensors, by_position);
  size_t covered = 0;
  for (int i = 0; i < count; i++) {
    if (tensors[i].begin != covered)
      return khop_i_fail(KHOP_E_FORMAT,
                         "tensor '%s' begins at byte %zu of the data, and the one "
                         "before it ends at %zu",
                         tensors[i].tensor.name, tensors[i].begin, covered);
    covered = tensors[i].end;
  }
  if (covered != data_size)
    return khop_i_fail(KHOP_E_FORMAT, "the tensors cover %zu of %zu bytes of data", covered,
                       data_size);
  return KHOP_OK;
}

static khop_status parse_header(khop_i_safetensors *file, char *header, size_t length,
                                size_t data_size) {
  /* cJSON ends at a 0 or at the length; the byte behind the header is set to 0 by the caller */
  if (*header != '{' || memchr(header, 0, length) ||
      !(file->root = cJSON_ParseWithLengthOpts(header, length + 1, NULL, 1)))
    return khop_i_fail(KHOP_E_FORMAT, "the header of %zu bytes is not a JSON object", length);
  khop_status status =
      khop_i_alloc(&file->tensors, cJSON_GetArraySize(file->root), sizeof *file->tensors, "tensors");
  if (status != KHOP_OK) return status;
  bool metadata = false;
  const cJSON *entry = NULL;
  cJSON_ArrayForEach(entry, file->root) {
    if (strcmp(entry->string, METADATA) != 0) {
      status = parse_tensor(&file->tensors[file->count++], entry, data_size);
    } else {
      status = metadata ? khop_i_fail(KHOP_E_FORMAT, "the header has " METADATA " twice")
                        : check_metadata(entry);
      metadata = true;
    }
    if (status != KHOP_OK) return status;
  }
  return check_layout(file->tensors, file->count, data_size);
}

/* Splits the bytes of a file. Each tensor is copied to memory of its own, since a legal file may place its
 * data on any byte. */
static khop_status parse_file(khop_i_safetensors *file, char *bytes, size_t size) {
  uint64_t length = 0;
  if (size >= sizeof length) memcpy(&length, bytes, sizeof length);
  if (size < sizeof length + 2)
    return khop_i_fail(KHOP_E_FORMAT, "%zu bytes are too few for a safetensors file", size);
  if (length < 2 || length > size - sizeof length)
    return khop_i_fail(KHOP_E_FORMAT, "claims a header of %llu bytes in a file of %zu",
                       (unsigned long long)length, size);
  char *header = bytes + sizeof length, *data = header + length, kept = *data;
  *data = 0;
  khop_status status =
      parse_header(file, header, (size_t)length, size - sizeof length - (size_t)length);
  *data = kept;
  for (int i = 0; status == KHOP_OK && i < file->count; i++) {
    located_tensor *located = &file->tensors[i];
    status = khop_i_copy(&located->tensor.data, data + located->begin,
                         (int64_t)(located->end - located->begin), 1, "a tensor");
  }
  return status;
}

khop_status khop_i_safetensors_read(khop_i_safetensors **file, const char *path) {
  *file = NULL;
  khop_i_safetensors *made = NULL;
  char *bytes = NULL;
  size_t size = 0;
  khop_status status = khop_i_infile_read(&bytes, &size, path);
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&made, 1, sizeof *made, "a safetensors file"));
  KHOP_TRY(parse_file(made, bytes, size));
  *file = made;
  made = NULL;
done:
  khop_i_safetensors_free(made);
  khop_i_free(bytes);
  return khop_i_prefix(status, path);
}

/* --- reading back: what is about to take the place of a good file ------------------------------- */

/* Whether the bytes of a file from a place on are these. */
static bool holds(int file, size_t at, const void *bytes, size_t count) {
  char piece[1 << 14];
  for (size_t done = 0; done < count;) {
    size_t most = count - done < sizeof piece ? count - done : sizeof piece;
    ssize_t got = pread(file, piece, most, (off_t)(at + done));
    if (got <= 0 || memcmp(piece, (const char *)bytes + done, (size_t)got) != 0) return false;
    done += (size_t)got;
  }
  return true;
}

static const located_tensor *find_located(const khop_i_safetensors *file, const char *name) {
  for (int i = 0; i < file->count; i++)
    if (strcmp(file->tensors[i].tensor.name, name) == 0) return &file->tensors[i];
  return NULL;
}

/* Whether a file of which the header was parsed holds a tensor as it was to be written; data: where they begin. */
static bool holds_tensor(int file, size_t data, const khop_i_safetensors *parsed, const khop_i_tensor *tensor) {
  const located_tensor *there = find_located(parsed, tensor->name);
  if (!there || there->tensor.dtype != tensor->dtype || there->tensor.dimensions != tensor->dimensions) return false;
  for (int d = 0; d < tensor->dimensions; d++)
    if (there->tensor.shape[d] != tensor->shape[d]) return false;
  return holds(file, data + there->begin, tensor->data, there->end - there->begin);
}

static bool holds_string(const khop_i_safetensors *parsed, const khop_i_meta *meta) {
  const char *there = khop_i_safetensors_meta(parsed, meta->key);
  return there && strcmp(there, meta->value) == 0;
}

/* Parses the header of the file, as a reader will, and compares all that it says, and the data, with what was to be
 * written: memory that failed a library below, or a disk that lies, must not cost the file that stands there. */
static khop_status read_back(const khop_i_outfile *out, const char *header, int count, const khop_i_tensor *tensors,
                             int metas, const khop_i_meta *meta) {
  khop_status status = KHOP_OK;
  khop_i_safetensors parsed = {0};
  char *copy = NULL;
  size_t length = strlen(header), data = sizeof(uint64_t) + length;
  struct stat seen;
  int file = fileno(out->stream);
  KHOP_TRY(khop_i_strdup(&copy, header));
  bool same = fstat(file, &seen) == 0 && (size_t)seen.st_size >= data &&
              holds(file, 0, &(uint64_t){length}, sizeof(uint64_t)) && holds(file, sizeof(uint64_t), header, length);
  if (same) KHOP_TRY(parse_header(&parsed, copy, length, (size_t)seen.st_size - data));
  same = same && parsed.count == count;
  for (int i = 0; i < count && same; i++) same = holds_tensor(file, data, &parsed, &tensors[i]);
  for (int i = 0; i < metas && same; i++) same = holds_string(&parsed, &meta[i]);
  if (!same) KHOP_FAIL(KHOP_E_IO, "what was written does not read back as it was");
done:
  clear(&parsed);
  khop_i_free(copy);
  return status;
}

/* --- a file in memory --------------------------------------------------------------------------- */

void khop_i_safetensors_free(khop_i_safetensors *file) {
  if (!file) return;
  clear(file);
  khop_i_free(file);
}

int khop_i_safetensors_count(const khop_i_safetensors *file) {
  return file->count;
}

const khop_i_tensor *khop_i_safetensors_at(const khop_i_safetensors *file, int i) {
  return i >= 0 && i < file->count ? &file->tensors[i].tensor : NULL;
}

const khop_i_tensor *khop_i_safetensors_find(const khop_i_safetensors *file, const char *name) {
  const located_tensor *there = find_located(file, name);
  return there ? &there->tensor : NULL;
}

const char *khop_i_safetensors_meta(const khop_i_safetensors *file, const char *key) {
  const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(file->root, METADATA);
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(metadata, key));
}

khop_i_meta khop_i_safetensors_meta_at(const khop_i_safetensors *file, int i) {
  const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(file->root, METADATA);
  const cJSON *entry = i < 0 ? NULL : cJSON_GetArrayItem(metadata, i);
  return (khop_i_meta){entry ? entry->string : NULL, cJSON_GetStringValue(entry)};
}
