/// Turns the bytes of a terminal into events. Own parser, because curses hands unknown sequences out as letters, and
/// letters are commands here: what is not understood is swallowed whole and counted.
///
/// Knows UTF-8, C0 keys, CSI and SS3 keys with modifiers, kitty's `CSI u`, mouse reports in SGR and X10 form, bracketed
/// paste, focus, and answers to our questions. A lone ESC is decided by time: `deadline` says when to call `expire`.
/// A value type without clock: bytes may be cut anywhere.
public struct InputParser: Sendable {
    /// Longest sequence that is followed; longer ones are swallowed to their end.
    static let sequenceLimit = 256
    /// Most bytes of one paste that are kept; the rest is dropped.
    public static let pasteLimit = 1 << 20

    enum State: Sendable, Equatable {
        case ground, escape, csi, ss3, x10Mouse, string, stringEscape, paste
        /// Collecting a UTF-8 character of so many bytes, alt held or not.
        case utf8(needed: Int, alt: Bool)
    }

    /// How long an ESC may wait for what follows, in nanoseconds: 25 ms here, 100 ms over a network.
    public var escapeDelay: UInt64
    /// A sequence that has begun beyond its introducer is nothing that keys make: its rest may come so many delays late.
    /// Given up too early, the rest would be letters, and letters act.
    static let patience: UInt64 = 20
    /// Sequences that meant nothing to us.
    public private(set) var unknownSequences = 0

    private var state = State.ground
    private(set) var buffer: [UInt8] = []
    /// When the pending ESC becomes a key of its own, in the clock of `feed`.
    public private(set) var deadline: UInt64?
    private var out: [InputEvent] = []

    public init(escapeDelay: UInt64 = 25_000_000) { self.escapeDelay = escapeDelay }

    /// Takes bytes; `now` in nanoseconds of any monotonic clock. Returns what is complete.
    public mutating func feed(_ bytes: some Sequence<UInt8>, now: UInt64) -> [InputEvent] {
        for byte in bytes { take(byte) }
        deadline = waits ? now &+ (isUnderWay ? escapeDelay &* Self.patience : escapeDelay) : nil
        defer { out.removeAll(keepingCapacity: true) }
        return out
    }

    /// Decides a pending ESC when its time has come. Call at `deadline`.
    public mutating func expire(now: UInt64) -> [InputEvent] {
        guard let deadline, now >= deadline else { return [] }
        self.deadline = nil
        switch state {
        case .escape: key(.escape)
        case .utf8(_, let alt): key(.character("\u{FFFD}"), alt ? .alt : [])
        case .csi where buffer.isEmpty: key(.character("["), .alt)
        case .ss3 where buffer.isEmpty: key(.character("O"), .alt)
        default: unknown()
        }
        reset()
        defer { out.removeAll(keepingCapacity: true) }
        return out
    }

    /// A paste may take its time; all else that is open has a deadline.
    private var waits: Bool { state != .ground && state != .paste }

    /// In a sequence that a human did not type: the introducer alone could be Alt and a bracket.
    private var isUnderWay: Bool {
        switch state {
        case .ground, .escape, .utf8, .paste: false
        case .csi, .ss3: !buffer.isEmpty
        case .string: buffer.count > 1
        case .x10Mouse, .stringEscape: true
        }
    }

    private mutating func reset() {
        state = .ground
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func unknown() { unknownSequences += 1 }

    private mutating func key(_ key: Key, _ modifiers: Modifiers = []) {
        out.append(.key(KeyPress(KeyChord(key, modifiers))))
    }

    private mutating func take(_ byte: UInt8) {
        switch state {
        case .ground: ground(byte, alt: false)
        case .escape: escape(byte)
        case .csi: csi(byte)
        case .ss3: ss3(byte)
        case .x10Mouse: x10Mouse(byte)
        case .string, .stringEscape: string(byte)
        case .paste: paste(byte)
        case .utf8(let needed, let alt): utf8(byte, needed: needed, alt: alt)
        }
    }

    // MARK: - Characters

    private mutating func ground(_ byte: UInt8, alt: Bool) {
        let modifiers: Modifiers = alt ? .alt : []
        switch byte {
        case 0x1B: state = .escape
        case 0x0D, 0x0A: key(.enter, modifiers)
        case 0x09: key(.tab, modifiers)
        case 0x7F, 0x08: key(.backspace, modifiers)
        case 0x00: key(.character(" "), modifiers.union(.ctrl))
        case 0x01...0x1A: key(.character(Character(Unicode.Scalar(byte + 0x60))), modifiers.union(.ctrl))
        case 0x1C...0x1F: key(.character(Character(Unicode.Scalar(byte + 0x40))), modifiers.union(.ctrl))
        case 0x20...0x7E: key(.character(Character(Unicode.Scalar(byte))), modifiers)
        case 0xC2...0xDF: begin(byte, needed: 2, alt: alt)
        case 0xE0...0xEF: begin(byte, needed: 3, alt: alt)
        case 0xF0...0xF4: begin(byte, needed: 4, alt: alt)
        default: key(.character("\u{FFFD}"), modifiers)
        }
    }

    private mutating func begin(_ byte: UInt8, needed: Int, alt: Bool) {
        buffer = [byte]
        state = .utf8(needed: needed, alt: alt)
    }

    private mutating func utf8(_ byte: UInt8, needed: Int, alt: Bool) {
        guard byte & 0xC0 == 0x80 else {
            key(.character("\u{FFFD}"), alt ? .alt : [])
            reset()
            take(byte)
            return
        }
        buffer.append(byte)
        guard buffer.count == needed else { return }
        let text = String(decoding: buffer, as: UTF8.self)
        reset()
        // C1 controls and other invisible characters are no keys.
        guard let scalar = text.unicodeScalars.first, scalar.value >= 0xA0 else { return unknown() }
        key(.character(text.unicodeScalars.count == 1 ? Character(scalar) : "\u{FFFD}"), alt ? .alt : [])
    }

    // MARK: - Sequences

    private mutating func escape(_ byte: UInt8) {
        reset()
        switch byte {
        case 0x1B:
            key(.escape)
            state = .escape
        case UInt8(ascii: "["): state = .csi
        case UInt8(ascii: "O"): state = .ss3
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            buffer = [byte]
            state = .string
        default: ground(byte, alt: true)
        }
    }

    private mutating func csi(_ byte: UInt8) {
        switch byte {
        case 0x1B:
            unknown()
            reset()
            state = .escape
        case 0x20...0x3F: if buffer.count < Self.sequenceLimit { buffer.append(byte) }
        case UInt8(ascii: "M") where buffer.isEmpty: state = .x10Mouse
        case UInt8(ascii: "[") where buffer.isEmpty: buffer.append(byte)  // Linux console: CSI [ A is F1
        case 0x40...0x7E: finishCSI(byte)
        default:
            unknown()
            reset()
        }
    }

    private mutating func finishCSI(_ final: UInt8) {
        let parameters = buffer
        reset()
        guard parameters.count < Self.sequenceLimit else { return unknown() }
        if final == UInt8(ascii: "~"), parameters == Array("200".utf8) {
            state = .paste
            return
        }
        if let event = SequenceDecoder.csi(parameters, final: final) {
            out.append(event)
        } else {
            unknown()
        }
    }

    private mutating func ss3(_ byte: UInt8) {
        if byte == 0x1B {
            unknown()
            reset()
            state = .escape
            return
        }
        if byte >= 0x30, byte <= 0x3B, buffer.count < Self.sequenceLimit {
            buffer.append(byte)
            return
        }
        let parameters = buffer
        reset()
        if let event = SequenceDecoder.ss3(parameters, final: byte) { out.append(event) } else { unknown() }
    }

    private mutating func x10Mouse(_ byte: UInt8) {
        buffer.append(byte)
        guard buffer.count == 3 else { return }
        let report = buffer
        reset()
        if let event = SequenceDecoder.x10Mouse(report) { out.append(event) } else { unknown() }
    }

    /// OSC, DCS, APC, PM and SOS run to BEL or ESC \ ; only the answer to OSC 11 means something.
    private mutating func string(_ byte: UInt8) {
        if state == .stringEscape {
            let ended = byte == UInt8(ascii: "\\")
            finishString()
            if !ended {
                state = .escape
                take(byte)
            }
            return
        }
        switch byte {
        case 0x07: finishString()
        case 0x1B: state = .stringEscape
        case 0x18, 0x1A:
            unknown()
            reset()
        default: if buffer.count < Self.sequenceLimit { buffer.append(byte) }
        }
    }

    private mutating func finishString() {
        let body = buffer
        reset()
        if let event = SequenceDecoder.string(body) { out.append(event) } else { unknown() }
    }

    private mutating func paste(_ byte: UInt8) {
        buffer.append(byte)
        let end: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]
        if byte == 0x7E, buffer.suffix(end.count).elementsEqual(end) {
            let text = buffer.dropLast(end.count).prefix(Self.pasteLimit)
            out.append(.paste(String(decoding: text, as: UTF8.self)))
            reset()
        } else if buffer.count > Self.pasteLimit + 64 {
            // Keep the head, and a tail long enough to recognise the end.
            buffer.removeSubrange(Self.pasteLimit..<(buffer.count - end.count))
        }
    }
}
