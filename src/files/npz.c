/* npz.c: see npz.h. An archive is composed in memory by libzip and its bytes are copied to the
 * output stream, so that devices, links and full disks behave as for every other file. */
#include "files/npz.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/outfile.h"
#include "files/pipes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

struct khop_i_npz {
  zip_t *zip;
  char *path;
  uint64_t size; /* bytes of the file */
};

/* --- reading -------------------------------------------------------------------------------- */

/* Files that libzip would describe badly: missing ones, folders, empty ones, and pipes, which have no end to begin at.
 * place: where path is read. */
static khop_status check_file(uint64_t *size, const char *place, const char *path) {
  struct stat seen;
  if (stat(place, &seen) == 0 && S_ISDIR(seen.st_mode))
    errno = EISDIR;
  else if (stat(place, &seen) == 0) {
    if (!S_ISREG(seen.st_mode))
      return khop_i_fail(KHOP_E_IO, "%s: is no regular file: an archive is read from its end", path);
    *size = (uint64_t)seen.st_size;
    if (seen.st_size > 0) return KHOP_OK;
    return khop_i_fail(KHOP_E_FORMAT, "%s: is empty: 0 bytes are no zip archive", path);
  }
  return khop_i_fail(errno == ENOENT ? KHOP_E_NOT_FOUND : KHOP_E_IO, "%s: cannot read: %s", path,
                     strerror(errno));
}

static khop_status zip_status(int code) {
  switch (code) {
  case ZIP_ER_MEMORY:
    return KHOP_E_MEMORY;
  case ZIP_ER_OPEN:
  case ZIP_ER_READ:
  case ZIP_ER_SEEK:
    return KHOP_E_IO;
  case ZIP_ER_ENCRNOTSUPP:
  case ZIP_ER_NOPASSWD:
  case ZIP_ER_COMPNOTSUPP:
    return KHOP_E_UNSUPPORTED;
  default:
    return KHOP_E_FORMAT;
  }
}

/* By a source, which keeps its own errno: zip_open would leave the number of whatever call came last. */
static khop_status open_archive(zip_t **zip, const char *place, const char *path, uint64_t size) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *source = zip_source_file_create(place, 0, -1, &error);
  *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
  khop_status status = KHOP_OK;
  if (!*zip)
    status = khop_i_fail(zip_status(zip_error_code_zip(&error)), "%s: cannot be read as a zip archive (%llu bytes): %s",
                         path, (unsigned long long)size, zip_error_strerror(&error));
  if (!*zip && source) zip_source_free(source);
  zip_error_fini(&error);
  return status;
}

khop_status khop_i_npz_open(khop_i_npz **npz, const char *path) {
  *npz = NULL;
  khop_i_npz *made = NULL;
  uint64_t size = 0;
  const char *place;
  char buffer[KHOP_I_PLACE];
  khop_status status = khop_i_pipe_place(&place, buffer, path);
  if (status == KHOP_OK) status = check_file(&size, place, path);
  if (status != KHOP_OK) return status;
  KHOP_TRY(khop_i_alloc(&made, 1, sizeof *made, "an archive"));
  made->size = size;
  KHOP_TRY(khop_i_strdup(&made->path, path));
  KHOP_TRY(open_archive(&made->zip, place, path, size));
  *npz = made;
  made = NULL;
done:
  khop_i_npz_close(made);
  return khop_i_prefix(status, path);
}

int64_t khop_i_npz_bytes(const khop_i_npz *npz) { return (int64_t)npz->size; }

void khop_i_npz_close(khop_i_npz *npz) {
  if (!npz) return;
  if (npz->zip) zip_discard(npz->zip);
  khop_i_free(npz->path);
  khop_i_free(npz);
}

static zip_int64_t locate_member(const khop_i_npz *npz, const char *key) {
  char name[256];
  int length = snprintf(name, sizeof name, "%s.npy", key);
  if (length < 0 || (size_t)length >= sizeof name) return -1;
  return zip_name_locate(npz->zip, name, ZIP_FL_ENC_UTF_8);
}

const char *khop_i_npz_name(const khop_i_npz *npz, int64_t i) {
  return i < 0 || i >= zip_get_num_entries(npz->zip, 0) ? NULL : zip_get_name(npz->zip, (zip_uint64_t)i, 0);
}

bool khop_i_npz_has(const khop_i_npz *npz, const char *key) {
  return locate_member(npz, key) >= 0;
}

/* A few bytes can claim to unpack into terabytes; deflate itself cannot exceed 1032 to 1. */
static khop_status check_claim(const khop_i_npz *npz, const zip_stat_t *seen, const char *where) {
  zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
  if ((seen->valid & needed) != needed || seen->comp_size > npz->size)
    return khop_i_fail(KHOP_E_FORMAT, "%s: claims %llu bytes in a file of %llu", where,
                       (unsigned long long)seen->comp_size, (unsigned long long)npz->size);
  if (seen->size > (UINT64_C(64) << 30) || seen->size / 1032 > seen->comp_size + 1024)
    return khop_i_fail(KHOP_E_FORMAT, "%s: claims to unpack %llu bytes into %llu", where,
                       (unsigned long long)seen->comp_size, (unsigned long long)seen->size);
  return KHOP_OK;
}

static khop_status open_member(zip_file_t **file, khop_i_npz *npz, zip_uint64_t index, const char *where) {
  *file = zip_fopen_index(npz->zip, index, 0);
  if (*file) return KHOP_OK;
  zip_error_t *error = zip_get_error(npz->zip);
  return khop_i_fail(zip_status(zip_error_code_zip(error)), "%s: cannot be read: %s", where,
                     zip_error_strerror(error));
}

/* Reads the whole member; the read past its end is what makes libzip compare the checksum. */
static khop_status read_member(char **bytes, khop_i_npz *npz, zip_uint64_t index, zip_uint64_t size,
                          const char *where) {
  zip_file_t *file = NULL;
  khop_status status = open_member(&file, npz, index, where);
  if (status != KHOP_OK) return status;
  status = khop_i_alloc_raw(bytes, (int64_t)size + 1, 1, "a member of an archive");
  zip_uint64_t done = 0;
  zip_int64_t got = 1;
  while (status == KHOP_OK && got > 0) {
    got = zip_fread(file, *bytes + done, size + 1 - done);
    if (got > 0) done += (zip_uint64_t)got;
    if (got < 0)
      status = khop_i_fail(KHOP_E_FORMAT, "%s: cannot be unpacked: %s", where,
                           zip_error_strerror(zip_file_get_error(file)));
    else if (done > size || (got == 0 && done < size))
      status = khop_i_fail(KHOP_E_FORMAT, "%s: unpacks to %s than the %llu bytes it claims", where,
                           done > size ? "more" : "less", (unsigned long long)size);
  }
  zip_fclose(file);
  return status;
}

/* As much of the member as a header can need, into bytes (KHOP_I_NPY_HEADER). */
static khop_status read_beginning(char *bytes, size_t *size, khop_i_npz *npz, zip_uint64_t index, const char *where) {
  zip_file_t *file = NULL;
  khop_status status = open_member(&file, npz, index, where);
  if (status != KHOP_OK) return status;
  zip_int64_t got = 1;
  for (*size = 0; *size < KHOP_I_NPY_HEADER && got > 0; *size += got > 0 ? (size_t)got : 0)
    got = zip_fread(file, bytes + *size, KHOP_I_NPY_HEADER - *size);
  if (got < 0)
    status = khop_i_fail(KHOP_E_FORMAT, "%s: cannot be unpacked: %s", where,
                         zip_error_strerror(zip_file_get_error(file)));
  zip_fclose(file);
  return status;
}

khop_status khop_i_npz_describe(khop_i_array *array, khop_i_npz *npz, const char *key) {
  *array = (khop_i_array){0};
  char *where = NULL, *bytes = NULL;
  size_t size = 0, begin, wanted;
  bool fortran;
  khop_status status = KHOP_OK;
  zip_int64_t index = locate_member(npz, key);
  if (index < 0) KHOP_FAIL(KHOP_E_NOT_FOUND, "%s: has no member '%s'", npz->path, key);
  KHOP_TRY(khop_i_sprintf(&where, "%s: %s.npy", npz->path, key));
  KHOP_TRY(khop_i_alloc_raw(&bytes, KHOP_I_NPY_HEADER, 1, "an array header"));
  KHOP_TRY(read_beginning(bytes, &size, npz, (zip_uint64_t)index, where));
  KHOP_TRY(khop_i_npy_describe(array, &fortran, &begin, &wanted, bytes, size, where));
done:
  khop_i_free(bytes);
  khop_i_free(where);
  return khop_i_prefix(status, npz->path);
}

khop_status khop_i_npz_read(khop_i_array *array, khop_i_npz *npz, const char *key) {
  *array = (khop_i_array){0};
  char *where = NULL, *bytes = NULL;
  khop_status status = KHOP_OK;
  zip_int64_t index = locate_member(npz, key);
  if (index < 0) KHOP_FAIL(KHOP_E_NOT_FOUND, "%s: has no member '%s'", npz->path, key);
  KHOP_TRY(khop_i_sprintf(&where, "%s: %s.npy", npz->path, key));
  zip_stat_t seen;
  zip_stat_init(&seen);
  if (zip_stat_index(npz->zip, (zip_uint64_t)index, 0, &seen) != 0)
    KHOP_FAIL(KHOP_E_FORMAT, "%s: cannot be read: %s", where, zip_strerror(npz->zip));
  KHOP_TRY(check_claim(npz, &seen, where));
  KHOP_TRY(read_member(&bytes, npz, (zip_uint64_t)index, seen.size, where));
  KHOP_TRY(khop_i_npy_decode(array, bytes, (size_t)seen.size, where));
done:
  khop_i_free(bytes);
  khop_i_free(where);
  return khop_i_prefix(status, npz->path);
}

/* --- writing -------------------------------------------------------------------------------- */

static khop_status zip_fail(zip_t *zip, const char *path) {
  zip_error_t *error = zip_get_error(zip);
  khop_status status = zip_error_code_zip(error) == ZIP_ER_MEMORY   ? KHOP_E_MEMORY
                       : zip_error_code_zip(error) == ZIP_ER_EXISTS ? KHOP_E_ARGUMENT
                                                                    : KHOP_E_INTERNAL;
  return khop_i_fail(status, "%s: cannot compose the archive: %s", path, zip_error_strerror(error));
}

static khop_status member_bytes(size_t *bytes, size_t *item_size, const khop_i_member *member) {
  *item_size = member->dtype >= KHOP_I_BYTES ? member->item_size : khop_i_dtype_size(member->dtype);
  *bytes = *item_size;
  bool fits = true;
  for (int i = 0; i < member->dimensions && i < KHOP_I_MAX_DIMENSIONS; i++)
    fits = fits && member->shape[i] >= 0 &&
           !__builtin_mul_overflow(*bytes, (size_t)member->shape[i], bytes);
  if (fits && *item_size) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "the sizes of the array '%s' cannot be", member->key);
}

/* Larger arrays are stored as they are: deflate takes 20 to 60 MB a second, and hears nobody while it does. */
#define MOST_DEFLATED ((size_t)16 << 20)

/* Adds one member. The header's block must live until the archive is closed: libzip reads then. The
 * time is set as the archive stores it, since a time_t would be turned into local time. */
static khop_status add_member(zip_t *zip, char **header, const khop_i_member *member,
                              const char *path) {
  size_t bytes = 0, item_size = 0, length = 0;
  char *name = NULL;
  zip_source_t *source = NULL;
  khop_status status = member_bytes(&bytes, &item_size, member);
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_npy_header(header, &length, member->dtype, item_size, member->dimensions,
                             member->shape));
  KHOP_TRY(khop_i_sprintf(&name, "%s.npy", member->key));
  zip_buffer_fragment_t parts[2] = {{(zip_uint8_t *)*header, length},
                                    {(zip_uint8_t *)(uintptr_t)member->data, bytes}};
  source = zip_source_buffer_fragment(zip, parts, bytes ? 2 : 1, 0);
  zip_int64_t index = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
  if (index < 0) {
    status = zip_fail(zip, path);
    goto done;
  }
  source = NULL; /* the archive owns it now */
  if (zip_set_file_compression(zip, (zip_uint64_t)index, bytes > MOST_DEFLATED ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0) !=
          0 ||
      zip_file_set_dostime(zip, (zip_uint64_t)index, 0, 1 << 5 | 1, 0) != 0) /* 1980-01-01 */
    status = zip_fail(zip, path);
done:
  if (source) zip_source_free(source);
  khop_i_free(name);
  return status;
}

static khop_status copy_source(FILE *stream, zip_source_t *source, const char *path) {
  char block[16384];
  zip_int64_t got = zip_source_open(source);
  if (got == 0) {
    while ((got = zip_source_read(source, block, sizeof block)) > 0)
      if (fwrite(block, 1, (size_t)got, stream) != (size_t)got) break; /* the commit reports it */
    zip_source_close(source);
  }
  if (got >= 0) return KHOP_OK;
  return khop_i_fail(KHOP_E_INTERNAL, "%s: cannot take the archive from memory: %s", path,
                     zip_error_strerror(zip_source_error(source)));
}

khop_status khop_i_npz_write(const char *path, int count, const khop_i_member *members) {
  khop_status status = KHOP_OK;
  khop_i_outfile out = {0};
  char **headers = NULL;
  zip_t *zip = NULL;
  zip_source_t *buffer = NULL;
  zip_error_t error;
  zip_error_init(&error);
  if (count < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "%s: an archive of %d arrays", path, count);
  KHOP_TRY(khop_i_alloc(&headers, count, sizeof *headers, "array headers"));
  KHOP_TRY(khop_i_outfile_open(&out, path));
  buffer = zip_source_buffer_create(NULL, 0, 0, &error);
  if (!buffer) KHOP_FAIL(KHOP_E_MEMORY, "%s: no memory for an archive", path);
  zip_source_keep(buffer); /* a second reference, which outlives the archive */
  zip = zip_open_from_source(buffer, ZIP_TRUNCATE, &error);
  if (!zip) {
    zip_source_free(buffer);
    KHOP_FAIL(KHOP_E_INTERNAL, "%s: cannot begin an archive: %s", path, zip_error_strerror(&error));
  }
  for (int i = 0; i < count; i++) KHOP_TRY(add_member(zip, &headers[i], &members[i], path));
  if (zip_close(zip) != 0) {
    status = zip_fail(zip, path);
    goto done;
  }
  zip = NULL;
  KHOP_TRY(copy_source(out.stream, buffer, path));
  KHOP_TRY(khop_i_outfile_commit(&out));
done:
  if (zip) zip_discard(zip);
  if (buffer) zip_source_free(buffer);
  for (int i = 0; headers && i < count; i++) khop_i_free(headers[i]);
  khop_i_free(headers);
  khop_i_outfile_abandon(&out);
  zip_error_fini(&error);
  return khop_i_prefix(status, path);
}
