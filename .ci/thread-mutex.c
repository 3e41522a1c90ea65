// The contended path of Swift's Mutex lies in a library that was not built with the thread sanitiser, which therefore takes
// what the lock protects for unprotected. Loaded before that library, this tells it of both ends of that path; the path
// without contention is compiled into the program and seen anyway.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

SWIFT void sidetone_lock(uint32_t thread, SELF lock) __asm__(LOCK);
SWIFT void sidetone_unlock(SELF lock) __asm__(UNLOCK);

SWIFT void sidetone_lock(uint32_t thread, SELF lock) {
    SWIFT void (*real)(uint32_t, SELF) = (SWIFT void (*)(uint32_t, SELF))dlsym(RTLD_NEXT, LOCK);
    real(thread, lock);
    if (__tsan_acquire) __tsan_acquire(lock);
}

SWIFT void sidetone_unlock(SELF lock) {
    SWIFT void (*real)(SELF) = (SWIFT void (*)(SELF))dlsym(RTLD_NEXT, UNLOCK);
    if (__tsan_release) __tsan_release(lock);
    real(lock);
}
