/* Preloaded into the server: makes the disk of its database fail. The file that $DISK_FAULTS names
 * says how, while it is there: an operation (write, sync) and an errno, as in "write 5". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The real call, whichever name of it is interposed. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_database(int descriptor) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strstr(path, "lotkeeper.db") != NULL;
}

/* Whether the call is to fail now; then errno is set. */
static int fails(const char* operation, int descriptor) {
  const char* path = getenv("DISK_FAULTS");
  if (path == NULL) return 0;
  const int control = open(path, O_RDONLY | O_CLOEXEC);
  if (control < 0) return 0;
  char text[64] = "";
  const ssize_t length = read(control, text, sizeof text - 1);
  close(control);
  char which[16] = "";
  int code = 0;
  if (length <= 0 || sscanf(text, "%15s %d", which, &code) != 2) return 0;
  if (strcmp(which, operation) != 0 || !is_database(descriptor)) return 0;
  errno = code;
  return 1;
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  return fails("write", descriptor) ? -1 : REAL(write)(descriptor, bytes, size);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return fails("write", descriptor) ? -1 : REAL(pwrite)(descriptor, bytes, size, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  return fails("write", descriptor) ? -1 : REAL(pwrite64)(descriptor, bytes, size, offset);
}
int fsync(int descriptor) { return fails("sync", descriptor) ? -1 : REAL(fsync)(descriptor); }
int fdatasync(int descriptor) {
  return fails("sync", descriptor) ? -1 : REAL(fdatasync)(descriptor);
}
