import AudioKit
import Core
import Glibc
import Synchronization

/// Moves one period after the other from the device to the ring and tells the engine. Capture thread only; allocates at
/// init.
///
///     device ──> wait for a period, read it, mix to mono ── ring ──> engine (woken each period)
final class CaptureLoop {
    private let pcm: PCMHandle
    private let ring: PCMRing
    private let state: LineState
    private let wake: any EngineWake
    private let period: Int
    private let mono: UnsafeMutableBufferPointer<Int16>
    private let bytes: UnsafeMutableRawPointer
    private var recovery = PCMRecovery()
    private var pace: PaceKeeper
    private var patience = WaitPatience()

    init(_ pcm: consuming PCMHandle, ring: PCMRing, state: LineState, wake: any EngineWake) {
        let format = pcm.format
        self.pcm = pcm
        self.ring = ring
        self.state = state
        self.wake = wake
        period = format.period
        mono = .allocate(capacity: format.period)
        mono.initialize(repeating: 0)
        bytes = .allocate(byteCount: format.period * format.bytesPerFrame, alignment: 16)
        pace = PaceKeeper(rate: format.rate, buffer: format.buffer, period: format.period, now: .now())
    }

    deinit {
        mono.deallocate()
        bytes.deallocate()
    }

    /// Runs until stopped (0) or the device is lost (`errno`).
    func run() -> Int32 {
        let started = pcm.start()
        var code: Int32 = started < 0 ? mend(started) : 0
        while code == 0, !state.isStopping {
            code = step()
        }
        return code
    }

    private func step() -> Int32 {
        let ready = pcm.wait(milliseconds: 100)
        if ready < 0 { return mend(ready) }
        let there = pcm.available()
        if there < 0 { return mend(there) }
        if there < period { return patience.waited(full: ready == 0, now: .now()) }
        let count = pcm.read(bytes, frames: period)
        if count < 0 { return mend(count) }
        if count == 0 { return patience.waited(full: false, now: .now()) }
        recovery.moved()
        patience.moved()
        deliver(count)
        return 0
    }

    private func deliver(_ count: Int) {
        let filled = UnsafeMutableBufferPointer(rebasing: mono[..<count])
        var frame = filled.mutableSpan
        pcm.format.sample.unpack(bytes, channels: pcm.format.channels, into: &frame)
        let taken = ring.write(filled.span)
        if taken < count { state.starved.add(count - taken, ordering: .relaxed) }
        state.delay.store(pcm.delay(), ordering: .relaxed)
        state.periods.add(1, ordering: .relaxed)
        wake.signal()
        guard let due = pace.moved(count, now: .now()) else { return }
        state.isUnpaced.store(true, ordering: .relaxed)
        while !state.isStopping, !AudioThread.sleep(until: due) {}
    }

    private func mend(_ code: Int) -> Int32 {
        switch recovery.failed(code, gone: pcm.isGone) {
        case .wait: return 0
        case .giveUp(let reason): return reason
        case .prepare: break
        case .resume: if pcm.resume() >= 0 { return 0 }
        }
        state.xruns.store(recovery.xruns, ordering: .relaxed)
        let prepared = pcm.prepare()
        let result = prepared < 0 ? prepared : pcm.start()
        return result < 0 ? Int32(clamping: -result) : 0
    }
}
