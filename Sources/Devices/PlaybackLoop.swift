import AudioKit
import Core
import Glibc
import Synchronization

/// Moves one period after the other from the ring to the device. Playback thread only; allocates at init.
///
///     engine ── ring ──> wait for room, read a period, fill up with silence ──> device
///                discard ─> the ring skips, the device's buffer is dropped (`flush`), silence follows
final class PlaybackLoop {
    private let pcm: PCMHandle
    private let opened: LineState.Opened
    private let state: LineState
    private let wake: any EngineWake
    private let period: Int
    private let mono: UnsafeMutableBufferPointer<Int16>
    private let bytes: UnsafeMutableRawPointer
    private var recovery = PCMRecovery()
    private var pace: PaceKeeper
    private var clock: UnheardClock
    private var patience = WaitPatience()
    private let waiter: PCMWaiter
    private var generation = 0
    private var wasAudible = false

    init(_ pcm: consuming PCMHandle, opened: LineState.Opened, state: LineState, wake: any EngineWake) {
        let format = pcm.format
        self.pcm = pcm
        self.opened = opened
        self.state = state
        self.wake = wake
        period = format.period
        mono = .allocate(capacity: format.period)
        mono.initialize(repeating: 0)
        bytes = .allocate(byteCount: format.period * format.bytesPerFrame, alignment: 16)
        waiter = PCMWaiter(pcm: self.pcm, nudge: state.nudge)
        pace = PaceKeeper(rate: format.rate, buffer: format.buffer, period: format.period, now: .now())
        clock = UnheardClock(rate: format.rate)
    }

    deinit {
        mono.deallocate()
        bytes.deallocate()
    }

    /// Runs until stopped (0) or the device is lost (`errno`).
    func run() -> Int32 {
        var code: Int32 = 0
        while code == 0, !state.isStopping {
            code = step()
        }
        return code
    }

    private func step() -> Int32 {
        let ready = waiter.wait(pcm, period: period, milliseconds: 100)
        if ready < 0 { return mend(ready) }
        // After the wait, which a discard ends: nothing else is written before the device is flushed.
        if opened.ring.generation != generation {
            let code = flush()
            if code != 0 { return code }
        }
        let room = pcm.available()
        if room < 0 { return mend(room) }
        if room < period { return patience.waited(full: ready == 0, now: .now()) }
        let rendered = fill()
        let code = write()
        if code != 0 { return code }
        publish(rendered: rendered)
        return 0
    }

    /// Takes a period from the ring; silence fills what is not there. Returns the samples that were there.
    private func fill() -> Int {
        var frame = mono.mutableSpan
        let count = opened.ring.read(into: &frame)
        if count < period, wasAudible { state.starved.add(1, ordering: .relaxed) }
        for index in count..<period { mono[index] = 0 }
        wasAudible = count == period ? mono[period - 1] != 0 || mono[period / 2] != 0 : false
        opened.reference?.write(mono.span)
        pcm.format.sample.pack(mono.span, channels: pcm.format.channels, into: bytes)
        return count
    }

    private func write() -> Int32 {
        var done = 0
        while done < period, !state.isStopping {
            let moved = pcm.write(bytes + done * pcm.format.bytesPerFrame, frames: period - done)
            if moved > 0 {
                done += moved
                continue
            }
            let code = moved < 0 ? mend(moved) : 0
            if code != 0 { return code }
            if pcm.wait(milliseconds: 20) == 0 {
                let late = patience.waited(full: true, now: .now())
                if late != 0 { return late }
            }
        }
        recovery.moved()
        patience.moved()
        return 0
    }

    private func publish(rendered: Int) {
        let delay = pcm.delay()
        let now = MonotonicTime.now()
        clock.wrote(rendered: rendered, silence: period - rendered, delay: delay, now: now)
        state.delay.store(delay, ordering: .relaxed)
        state.unheard.store(clock.rendered, ordering: .relaxed)
        state.heardAt.store(clock.heardAt.nanoseconds, ordering: .relaxed)
        state.periods.add(1, ordering: .relaxed)
        wake.signal()
        guard let due = pace.moved(period, now: now) else { return }
        state.isUnpaced.store(true, ordering: .relaxed)
        while !state.isStopping, opened.ring.generation == generation, !AudioThread.sleep(until: due) {}
    }

    /// Barge-in: what the device holds is dropped and silence follows.
    private func flush() -> Int32 {
        generation = opened.ring.generation
        let result = pcm.flush()
        clock.flushed()
        wasAudible = false
        state.unheard.store(0, ordering: .relaxed)
        state.flushed.store(generation, ordering: .releasing)
        return result < 0 ? mend(result) : 0
    }

    private func mend(_ code: Int) -> Int32 {
        switch recovery.failed(code, gone: pcm.isGone) {
        case .wait: return 0
        case .giveUp(let reason): return reason
        case .prepare: break
        case .resume: if pcm.resume() >= 0 { return 0 }
        }
        state.xruns.store(recovery.xruns, ordering: .relaxed)
        let result = pcm.prepare()
        return result < 0 ? Int32(clamping: -result) : 0
    }
}
