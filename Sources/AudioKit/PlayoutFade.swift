/// Makes the ends of interrupted audio soft: remembers the last 5 ms, and continues them mirrored and falling to zero.
struct PlayoutFade {
    private let length: Int
    private var tail: [Int16]
    /// Samples of the fade-out given since audio stopped; nil while audio runs or before any.
    private var faded: Int?
    private var heardAny = false

    init(length: Int) {
        self.length = length
        tail = .init(repeating: 0, count: length)
    }

    /// Takes `count` samples of audio at the front of `output`; fades them in when audio had stopped within a word.
    mutating func join(_ output: inout MutableSpan<Int16>, count: Int) {
        // Audio that stopped at rest (or never ran) starts as it is; else its start is a step, and a step is a click.
        if faded != nil, tail.contains(where: { abs(Int32($0)) > 256 }) {
            let ramp = min(length, count)
            for i in 0..<ramp { output[i] = Int16(Int(output[i]) * (i + 1) / ramp) }
        }
        faded = nil
        heardAny = true
        let kept = min(length, count)
        for i in 0..<(length - kept) { tail[i] = tail[i + kept] }
        for i in 0..<kept { tail[length - kept + i] = output[count - kept + i] }
    }

    /// Fills `output` from `start` on: the mirrored tail falling to zero, then silence.
    mutating func pad(_ output: inout MutableSpan<Int16>, from start: Int) {
        var step = faded ?? (heardAny ? 0 : length)
        for i in start..<output.count {
            if step < length {
                output[i] = Int16(Int(tail[length - 1 - step]) * (length - step) / (length + 1))
                step += 1
            } else {
                output[i] = 0
            }
        }
        faded = step
    }
}
