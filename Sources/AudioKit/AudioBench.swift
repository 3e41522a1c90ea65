import Glibc

/// Measures what each stage of the audio path costs for one 20 ms frame on this machine.
public enum AudioBench {
    /// Times of one stage.
    public struct Row: Sendable, Equatable {
        public let name: String
        public let medianNanoseconds: Int
        public let p99Nanoseconds: Int
    }

    /// Runs every stage over a second of speech-like audio, again and again. Takes about 2 ms a round; blocks.
    /// - Parameter rounds: frames measured for each stage, 100 or more.
    public static func run(rounds: Int = 2000) throws(AudioKitError) -> [Row] {
        let rounds = max(100, rounds)
        var rows = g711(rounds) + base64(rounds)
        for (from, to) in [
            (8000, 24000), (24000, 8000), (8000, 16000), (16000, 8000), (16000, 24000), (24000, 16000),
            (48000, 16000), (16000, 48000), (44100, 16000),
        ] {
            rows.append(try resample(rounds, from, to))
        }
        rows += [level(rounds), ring(rounds), playout(rounds)]
        for rate in [8000, 16000, 24000] { rows.append(try voiceActivity(rounds, rate)) }
        for rate in [8000, 16000, 48000] { rows.append(try echo(min(rounds, 500), rate)) }
        rows.append(try opus(min(rounds, 500)))
        return rows
    }

    /// A second of tone and noise in bursts, frame after frame.
    private static func frames(_ rate: Int) -> [[Int16]] {
        var tone = ToneGenerator(frequency: 220, sampleRate: rate, level: -12)
        var noise = NoiseGenerator(seed: 1, level: -40)
        return (0..<50).map { index in
            zip(tone.samples(rate / 50), noise.samples(rate / 50)).map { index % 10 < 6 ? $0 + $1 : $1 }
        }
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private static func measure(_ name: String, _ rounds: Int, _ frames: [[Int16]], _ body: ([Int16]) -> Void) -> Row {
        for frame in frames { body(frame) }
        var times: [Int] = []
        times.reserveCapacity(rounds)
        for round in 0..<rounds {
            let frame = frames[round % frames.count]
            let start = now()
            body(frame)
            times.append(now() - start)
        }
        times.sort()
        return Row(name: name, medianNanoseconds: times[rounds / 2], p99Nanoseconds: times[rounds * 99 / 100])
    }

    private static func g711(_ rounds: Int) -> [Row] {
        var bytes = [UInt8](repeating: 0, count: 160)
        var samples = [Int16](repeating: 0, count: 160)
        let encode = measure("g711 encode u-law 8k", rounds, frames(8000)) { frame in
            var target = bytes.mutableSpan
            G711.ulaw.encode(frame.span, into: &target)
        }
        let decode = measure("g711 decode u-law 8k", rounds, frames(8000)) { _ in
            var target = samples.mutableSpan
            G711.ulaw.decode(bytes.span, into: &target)
        }
        return [encode, decode]
    }

    private static func base64(_ rounds: Int) -> [Row] {
        var text: [UInt8] = []
        text.reserveCapacity(4096)
        var samples: [Int16] = []
        samples.reserveCapacity(4096)
        let encode = measure("base64 encode 24k", rounds, frames(24000)) { frame in
            text.removeAll(keepingCapacity: true)
            Base64.encode(pcm: frame.span, into: &text)
        }
        let decode = measure("base64 decode 24k", rounds, frames(24000)) { _ in
            samples.removeAll(keepingCapacity: true)
            try? Base64.decode(text.span, into: &samples)
        }
        return [encode, decode]
    }

    private static func resample(_ rounds: Int, _ from: Int, _ to: Int) throws(AudioKitError) -> Row {
        let resampler = try Resampler(from: from, to: to)
        var output = [Int16](repeating: 0, count: resampler.maximumOutput(for: from / 50))
        return measure("resample \(from) to \(to)", rounds, frames(from)) { frame in
            var target = output.mutableSpan
            _ = resampler.process(frame.span, into: &target)
        }
    }

    private static func level(_ rounds: Int) -> Row {
        var meter = LevelMeter(sampleRate: 8000)
        let shared = SharedLevel()
        return measure("level 8k", rounds, frames(8000)) { frame in
            meter.update(frame.span)
            shared.publish(meter)
        }
    }

    private static func ring(_ rounds: Int) -> Row {
        let ring = PCMRing(capacity: 4096)
        var output = [Int16](repeating: 0, count: 960)
        return measure("ring write and read 48k", rounds, frames(48000)) { frame in
            ring.write(frame.span)
            var target = output.mutableSpan
            _ = ring.read(into: &target)
        }
    }

    private static func playout(_ rounds: Int) -> Row {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        var output = [Int16](repeating: 0, count: 160)
        return measure("playout append and render 8k", rounds, frames(8000)) { frame in
            buffer.append(item: 1, frame.span)
            var target = output.mutableSpan
            _ = buffer.render(into: &target)
        }
    }

    private static func voiceActivity(_ rounds: Int, _ rate: Int) throws(AudioKitError) -> Row {
        let detector = try VoiceActivityDetector(sampleRate: rate)
        return measure("voice activity \(rate)", rounds, frames(rate)) { detector.process($0.span) }
    }

    private static func echo(_ rounds: Int, _ rate: Int) throws(AudioKitError) -> Row {
        let canceller = try EchoCanceller(sampleRate: rate)
        var output = [Int16](repeating: 0, count: rate / 50)
        return measure("echo canceller \(rate)", rounds, frames(rate)) { frame in
            canceller.render(frame.span)
            var target = output.mutableSpan
            canceller.capture(frame.span, into: &target)
        }
    }

    private static func opus(_ rounds: Int) throws(AudioKitError) -> Row {
        let writer = try OggOpusWriter(sampleRate: 16000, channels: 2) { _ in true }
        // As the recorder has it: caller and agent side by side.
        let stereo = frames(16000).map { $0.flatMap { [$0, $0 / 2] } }
        return measure("opus encode 16k stereo", rounds, stereo) { try? writer.append($0.span) }
    }
}
