import AudioKit
import Core
import Synchronization

/// Something that listens to the microphone.
@EngineActor
protocol CaptureSink: AnyObject {
    /// Audio of the microphone, at most 10 ms, at a rate; silence while there is none.
    func captured(_ pcm: Span<Int16>, rate: Int)
}

/// The microphone: hands what the capture thread read to its sinks; silence by the clock while there is no device.
///
///     device thread ── ring, wake ──> work: sinks.captured (10 ms each)
@EngineActor
final class CaptureLine {
    let line: DeviceLine
    private let loop: any EngineLoop
    private var pacer: SilentPacer?
    private var sinks: [any CaptureSink] = []
    private let frame = ScratchPCM()
    private var opened: MonotonicTime?
    private var received = 0

    init(settings: DeviceSettings, loop: any EngineLoop) {
        self.loop = loop
        line = DeviceLine(.capture, choice: settings.capture, request: settings.request, loop: loop)
        pacer = SilentPacer(loop: loop) { [weak self] count in self?.silence(count) }
        line.onWork = { [weak self] in self?.work() }
    }

    private var rate: Int { line.device?.format.rate ?? 48_000 }

    /// Begins to hand audio to a sink; the first opens the device.
    func add(_ sink: any CaptureSink) {
        guard !sinks.contains(where: { $0 === sink }) else { return }
        sinks.append(sink)
        line.want(true)
        if line.device == nil { pacer?.start(rate: rate) }
    }

    /// Ends to hand audio to a sink; the last closes the device.
    func remove(_ sink: any CaptureSink) {
        sinks.removeAll { $0 === sink }
        guard sinks.isEmpty else { return }
        line.want(false)
        pacer?.stop()
    }

    /// Frames between the mouth and here.
    var delay: Int {
        guard let device = line.device, let state = line.counters else { return 0 }
        return state.delay.load(ordering: .relaxed) + device.ring.count
    }

    /// Samples per second counted against the clock; nil in the first five seconds of a device.
    var measuredRate: Double? {
        guard line.device != nil, let opened else { return nil }
        let seconds = (loop.now - opened).milliseconds / 1000
        return seconds < 5 ? nil : Double(received) / seconds
    }

    private func work() {
        guard !sinks.isEmpty else { return }
        guard let device = line.device else {
            opened = nil
            pacer?.start(rate: rate)
            return
        }
        pacer?.stop()
        let length = device.format.rate / 100
        let frame = frame.sized(length)
        // At most what is there now: a thread that fills faster than we empty must not keep the engine here.
        var left = device.ring.count
        while left > 0 {
            var span = frame.mutableSpan
            let count = device.ring.read(into: &span)
            guard count > 0 else { return }
            left -= count
            measure(count)
            deliver(frame.first(count), rate: device.format.rate)
        }
    }

    /// Counts from the first samples on: a device takes its time before them.
    private func measure(_ count: Int) {
        guard opened != nil else {
            opened = loop.now
            received = 0
            return
        }
        received += count
    }

    private func deliver(_ samples: UnsafeMutableBufferPointer<Int16>, rate: Int) {
        for index in 0..<sinks.count where index < sinks.count {
            sinks[index].captured(samples.span, rate: rate)
        }
    }

    private func silence(_ count: Int) {
        let frame = frame.sized(count)
        frame.update(repeating: 0)
        deliver(frame, rate: rate)
    }
}
