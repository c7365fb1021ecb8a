/* A system whose n-th call fails: with an error once, or with that error from then on, or by killing the program before or after the call. Loaded
   before the C library by tests/calls.rs. What is to fail stands in the environment:
     FAULT_AT=n        the number of the call, counted over all calls below from 1; 0 only counts
     FAULT_MODE        once, ever, kill
     FAULT_ERROR=e     the number of the error
     FAULT_COUNT=file  where the name of every call is written, a line each, when FAULT_AT is 0
   What is written to standard error is never disturbed: it is where the program says what happened. Nor are random numbers, which Linux
   always gives. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long count = 0, at = -1, error_number = EIO;
static enum { ONCE, EVER, KILL } mode = ONCE;
static int counted = -1;

static void prepare(void) {
    const char *text;
    at = (text = getenv("FAULT_AT")) ? atol(text) : 0;
    error_number = (text = getenv("FAULT_ERROR")) ? atol(text) : EIO;
    text = getenv("FAULT_MODE");
    mode = text && !strcmp(text, "ever") ? EVER : text && !strcmp(text, "kill") ? KILL : ONCE;
    text = getenv("FAULT_COUNT");
    if (at == 0 && text) counted = (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Whether this call fails. */
static int fails(const char *name) {
    if (at < 0) prepare();
    /* Two threads of a program may call at the same time. */
    long now = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (counted >= 0) {
        char line[64];
        int length = snprintf(line, sizeof line, "%s\n", name);
        syscall(SYS_write, counted, line, length);
    }
    if (at == 0 || now < at || (mode != EVER && now > at)) return 0;
    if (mode == KILL) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    errno = (int)error_number;
    return 1;
}

#define NEXT(result, name, ...) result (*next)(__VA_ARGS__) = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define CALL1(result, name, T1) \
    result name(T1 one) { if (fails(#name)) return (result)-1; NEXT(result, #name, T1); return next(one); }
#define CALL2(result, name, T1, T2) \
    result name(T1 one, T2 two) { if (fails(#name)) return (result)-1; NEXT(result, #name, T1, T2); return next(one, two); }
#define CALL3(result, name, T1, T2, T3) \
    result name(T1 one, T2 two, T3 three) { if (fails(#name)) return (result)-1; NEXT(result, #name, T1, T2, T3); return next(one, two, three); }
#define CALL4(result, name, T1, T2, T3, T4) \
    result name(T1 one, T2 two, T3 three, T4 four) { if (fails(#name)) return (result)-1; NEXT(result, #name, T1, T2, T3, T4); return next(one, two, three, four); }
#define CALL5(result, name, T1, T2, T3, T4, T5) \
    result name(T1 one, T2 two, T3 three, T4 four, T5 five) { if (fails(#name)) return (result)-1; NEXT(result, #name, T1, T2, T3, T4, T5); return next(one, two, three, four, five); }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t permissions = flags & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
        if (fails(#name)) return -1; \
        int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        return next(path, flags, permissions); }
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t permissions = flags & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
        if (fails(#name)) return -1; \
        int (*next)(int, const char *, int, ...) = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        return next(folder, path, flags, permissions); }
#define LOCK(name) \
    int name(int file, int command, ...) { \
        va_list rest; va_start(rest, command); void *argument = va_arg(rest, void *); va_end(rest); \
        int locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK; \
        /* To a lock "no permission" means that somebody else has it, which is no fault. */ \
        if (locks && !(error_number == EACCES && mode != KILL) && fails(#name)) return -1; \
        int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, #name); \
        return next(file, command, argument); }

OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)
LOCK(fcntl) LOCK(fcntl64)
CALL3(ssize_t, read, int, void *, size_t)
CALL4(ssize_t, pread, int, void *, size_t, off_t)
CALL4(ssize_t, pread64, int, void *, size_t, off64_t)
CALL4(ssize_t, pwrite, int, const void *, size_t, off_t)
CALL4(ssize_t, pwrite64, int, const void *, size_t, off64_t)
CALL1(int, fsync, int)
CALL1(int, fdatasync, int)
CALL2(int, ftruncate, int, off_t)
CALL2(int, ftruncate64, int, off64_t)
CALL1(int, unlink, const char *)
CALL3(int, unlinkat, int, const char *, int)
CALL2(int, rename, const char *, const char *)
CALL5(int, renameat2, int, const char *, int, const char *, unsigned)
CALL2(int, link, const char *, const char *)
CALL5(int, linkat, int, const char *, int, const char *, int)
CALL2(int, mkdir, const char *, mode_t)
CALL1(int, rmdir, const char *)
CALL2(int, fchmod, int, mode_t)
CALL2(int, stat, const char *, struct stat *)
CALL2(int, fstat, int, struct stat *)
CALL2(int, lstat, const char *, struct stat *)
CALL2(int, stat64, const char *, struct stat64 *)
CALL2(int, fstat64, int, struct stat64 *)
CALL2(int, lstat64, const char *, struct stat64 *)
CALL5(int, statx, int, const char *, int, unsigned, struct statx *)
CALL3(ssize_t, readlink, const char *, char *, size_t)

ssize_t write(int file, const void *bytes, size_t size) {
    if (file != 2 && fails("write")) return -1;
    NEXT(ssize_t, "write", int, const void *, size_t);
    return next(file, bytes, size);
}

ssize_t writev(int file, const struct iovec *parts, int number) {
    if (file != 2 && fails("writev")) return -1;
    NEXT(ssize_t, "writev", int, const struct iovec *, int);
    return next(file, parts, number);
}

char *realpath(const char *path, char *resolved) {
    if (fails("realpath")) return NULL;
    NEXT(char *, "realpath", const char *, char *);
    return next(path, resolved);
}

DIR *opendir(const char *path) {
    if (fails("opendir")) return NULL;
    NEXT(DIR *, "opendir", const char *);
    return next(path);
}
