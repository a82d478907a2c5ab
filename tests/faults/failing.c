/* A disk that fails on demand: the file named by FAILING holds words; while it holds "sync", syncing a file gives EIO; "dir", syncing a folder;
   "write", writing into a file whose name has FAILING_NAME in it. For LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int asked(const char *word) {
    char text[64] = "";
    const char *path = getenv("FAILING");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file) return 0;
    if (!fgets(text, sizeof text, file)) text[0] = 0;
    fclose(file);
    return strstr(text, word) != NULL;
}

static int failing(int fd, int writing) {
    struct stat about;
    char link[64], name[4096] = "";
    const char *only = getenv("FAILING_NAME");
    if (fstat(fd, &about)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, name, sizeof name - 1) < 0 || !only || !strstr(name, only)) return 0;
    return asked(writing ? "write" : S_ISDIR(about.st_mode) ? "dir" : "sync");
}

#define SYNC(call) int call(int fd) { \
    if (failing(fd, 0)) { errno = EIO; return -1; } \
    return ((int (*)(int)) dlsym(RTLD_NEXT, #call))(fd); }
SYNC(fsync)
SYNC(fdatasync)

#define WRITE(call, offset) ssize_t call(int fd, const void *data, size_t count, offset at) { \
    if (failing(fd, 1)) { errno = EIO; return -1; } \
    return ((ssize_t (*)(int, const void *, size_t, offset)) dlsym(RTLD_NEXT, #call))(fd, data, count, at); }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)
