/* Writes down what a program does to the disk, in order, for tests/power.rs: RECORD_FILE is where. A line for each call; the bytes of a write follow
   their line.
     C inode path         a file was made          M inode path   a folder was made
     W inode offset size  bytes were written       T inode size   a file was cut or stretched
     S inode              a file or folder was synced
     L from to, R from to, U path                  a name was given, changed, taken away
     X one other                                   two names were exchanged
     O                    standard output was written to: the program has spoken */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define NEXT(result, name, ...) result (*next)(__VA_ARGS__) = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static void put(const char *line, int length, const void *bytes, size_t size) {
    static int out = -2;
    if (out == -2) {
        const char *path = getenv("RECORD_FILE");
        out = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    }
    if (out < 0) return;
    /* In one call, because two threads of a program write at the same time. */
    struct iovec parts[2] = {{(void *)line, (size_t)length}, {(void *)bytes, size}};
    syscall(SYS_writev, out, parts, bytes ? 2 : 1);
}

#define PUT(...) do { char line[3 * PATH_MAX]; put(line, snprintf(line, sizeof line, __VA_ARGS__), NULL, 0); } while (0)

static unsigned long inode_of(int file) {
    struct stat about;
    return syscall(SYS_fstat, file, &about) == 0 ? (unsigned long)about.st_ino : 0;
}

/* The absolute path of a name in an open folder. */
static void whole(int folder, const char *path, char *into) {
    char base[PATH_MAX] = "", link[64];
    if (path[0] == '/') { snprintf(into, PATH_MAX, "%s", path); return; }
    snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
    base[length > 0 ? length : 0] = 0;
    if (snprintf(into, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) into[0] = 0;
}

static int opened(int file, int folder, const char *path, int flags, int was_there) {
    char name[PATH_MAX];
    if (file < 0) return file;
    whole(folder, path, name);
    if (flags & O_CREAT && !was_there) PUT("C %lu %s\n", inode_of(file), name);
    else if (flags & O_TRUNC) PUT("T %lu 0\n", inode_of(file));
    return file;
}

static int is_there(int folder, const char *path) { return syscall(SYS_faccessat, folder, path, F_OK) == 0; }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t permissions = flags & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
        int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        int there = is_there(AT_FDCWD, path); \
        return opened(next(path, flags, permissions), AT_FDCWD, path, flags, there); }
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t permissions = flags & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
        int (*next)(int, const char *, int, ...) = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        int there = is_there(folder, path); \
        return opened(next(folder, path, flags, permissions), folder, path, flags, there); }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)

static ssize_t wrote(int file, const void *bytes, ssize_t size, long offset) {
    char line[128];
    if (size <= 0) return size;
    if (file == 1) PUT("O\n");
    else if (file != 2) put(line, snprintf(line, sizeof line, "W %lu %ld %zd\n", inode_of(file), offset, size), bytes, size);
    return size;
}

ssize_t write(int file, const void *bytes, size_t size) {
    NEXT(ssize_t, "write", int, const void *, size_t);
    long offset = file > 2 ? lseek(file, 0, SEEK_CUR) : 0;
    return wrote(file, bytes, next(file, bytes, size), offset);
}

#define PWRITE(name, type) \
    ssize_t name(int file, const void *bytes, size_t size, type offset) { \
        NEXT(ssize_t, #name, int, const void *, size_t, type); \
        return wrote(file, bytes, next(file, bytes, size, offset), (long)offset); }
PWRITE(pwrite, off_t) PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, type) \
    int name(int file, type size) { \
        NEXT(int, #name, int, type); \
        int result = next(file, size); \
        if (result == 0) PUT("T %lu %ld\n", inode_of(file), (long)size); \
        return result; }
TRUNCATE(ftruncate, off_t) TRUNCATE(ftruncate64, off64_t)

#define SYNC(name) \
    int name(int file) { \
        NEXT(int, #name, int); \
        int result = next(file); \
        if (result == 0) PUT("S %lu\n", inode_of(file)); \
        return result; }
SYNC(fsync) SYNC(fdatasync)

int unlinkat(int folder, const char *path, int flags) {
    char name[PATH_MAX];
    NEXT(int, "unlinkat", int, const char *, int);
    whole(folder, path, name);
    int result = next(folder, path, flags);
    if (result == 0) PUT("U %s\n", name);
    return result;
}

int unlink(const char *path) {
    char name[PATH_MAX];
    NEXT(int, "unlink", const char *);
    whole(AT_FDCWD, path, name);
    int result = next(path);
    if (result == 0) PUT("U %s\n", name);
    return result;
}

int rmdir(const char *path) {
    char name[PATH_MAX];
    NEXT(int, "rmdir", const char *);
    whole(AT_FDCWD, path, name);
    int result = next(path);
    if (result == 0) PUT("U %s\n", name);
    return result;
}

int rename(const char *from, const char *to) {
    char one[PATH_MAX], other[PATH_MAX];
    NEXT(int, "rename", const char *, const char *);
    whole(AT_FDCWD, from, one);
    whole(AT_FDCWD, to, other);
    int result = next(from, to);
    if (result == 0) PUT("R %s\t%s\n", one, other);
    return result;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    char one[PATH_MAX], other[PATH_MAX];
    NEXT(int, "renameat2", int, const char *, int, const char *, unsigned);
    whole(from_folder, from, one);
    whole(to_folder, to, other);
    int result = next(from_folder, from, to_folder, to, flags);
    if (result == 0) PUT("%c %s\t%s\n", flags & RENAME_EXCHANGE ? 'X' : 'R', one, other);
    return result;
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    char one[PATH_MAX], other[PATH_MAX];
    NEXT(int, "linkat", int, const char *, int, const char *, int);
    whole(from_folder, from, one);
    whole(to_folder, to, other);
    int result = next(from_folder, from, to_folder, to, flags);
    if (result == 0) PUT("L %s\t%s\n", one, other);
    return result;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int mkdir(const char *path, mode_t permissions) {
    char name[PATH_MAX];
    struct stat about;
    NEXT(int, "mkdir", const char *, mode_t);
    int result = next(path, permissions);
    whole(AT_FDCWD, path, name);
    if (result == 0 && syscall(SYS_newfstatat, AT_FDCWD, path, &about, 0) == 0) PUT("M %lu %s\n", (unsigned long)about.st_ino, name);
    return result;
}
