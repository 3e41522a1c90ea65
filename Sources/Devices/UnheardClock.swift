import Core

/// Tells how much of what was rendered still waits in the device, when silence that nobody rendered lies between.
///
///     device buffer, next to be heard first:  [ rendered | silence | rendered | silence ]
///                                                                            ^ all rendered audio heard
///
/// Belongs to the playback thread; holds the last periods written, allocates nothing after init.
struct UnheardClock: Sendable {
    private struct Write {
        var rendered = 0
        var silence = 0
    }

    private let rate: Int
    private var writes: [Write]
    private var next = 0
    /// Rendered frames in the device at the last write.
    private(set) var rendered = 0
    /// When the last of them is heard.
    private(set) var heardAt = MonotonicTime(nanoseconds: 0)

    /// - Parameter depth: writes remembered; those before count as heard.
    init(rate: Int, depth: Int = 64) {
        self.rate = max(1, rate)
        writes = Array(repeating: Write(), count: max(2, depth))
    }

    /// A write of `rendered` frames followed by `silence` frames; the device now holds `delay` frames.
    mutating func wrote(rendered count: Int, silence: Int, delay: Int, now: MonotonicTime) {
        writes[next] = Write(rendered: count, silence: silence)
        var left = delay
        var after = 0
        var trailing = -1
        rendered = 0
        for back in 0..<writes.count where left > 0 {
            let write = writes[(next - back + writes.count) % writes.count]
            let quiet = min(left, write.silence)
            left -= quiet
            after += quiet
            let heard = min(left, write.rendered)
            if heard > 0, trailing < 0 { trailing = after }
            left -= heard
            after += heard
            rendered += heard
        }
        next = (next + 1) % writes.count
        let wait = trailing < 0 ? 0 : delay - trailing
        heardAt = now + .nanoseconds(Int64(max(0, wait)) * 1_000_000_000 / Int64(rate))
    }

    /// The device's buffer was dropped.
    mutating func flushed() {
        for index in writes.indices { writes[index] = Write() }
        rendered = 0
    }
}
