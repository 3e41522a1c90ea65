import CUV

/// The memory that libuv and the reads of a loop live in; freed when the loop object goes.
///
/// SAFETY: the pointers never change; what they point at is touched by the engine thread only (UVLoop hands them out
/// isolated), but for the wake-up handle, on which `uv_async_send` may be called from any thread.
final class LoopMemory: @unchecked Sendable {
    let loop = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
    let wake = UnsafeMutablePointer<uv_async_t>.allocate(capacity: 1)
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)

    deinit {
        loop.deallocate()
        wake.deallocate()
        readBuffer.deallocate()
    }
}
