import CALSA
import Glibc

/// Why a device could not be opened or was lost.
public struct ALSAError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being done.
    public enum Operation: Int, Sendable, CaseIterable {
        case open, negotiate, start, move, watch

        var words: String {
            switch self {
            case .open: "cannot open"
            case .negotiate: "no usable format on"
            case .start: "cannot start"
            case .move: "lost"
            case .watch: "no progress on"
            }
        }
    }

    /// What was being done.
    public var operation: Operation
    /// Device name, as given by the user.
    public var device: String
    /// `errno` value, positive.
    public var code: Int32
    /// alsa-lib's own words about the cause, from outside; may be empty.
    public var detail: String

    /// An error of a device. `code` may have either sign.
    public init(_ operation: Operation, device: String, code: Int32, detail: String = "") {
        self.operation = operation
        self.device = device
        self.code = code < 0 ? 0 &- code : code
        self.detail = detail
    }

    /// The cause in one line, without the device.
    public var cause: String {
        // A sound server that dies in the middle of a stream looks like this.
        if operation == .move, code == EIO { return "input/output error, or the sound server is gone" }
        let text = ALSAError.words[code] ?? String(cString: snd_strerror(0 &- code))
        return detail.isEmpty || detail.contains(text) ? (detail.isEmpty ? text : detail) : "\(text) (\(detail))"
    }

    /// What to do.
    public var fix: String {
        switch code {
        case EBUSY: "another program holds the device: close it, or use \"default\" or \"pulse\", which share"
        case EACCES, EPERM: "add this user to the group audio, or use \"pulse\""
        case ECONNREFUSED, ENOTCONN, ETIMEDOUT:
            "start the sound server (pulseaudio --start), then it is used within 2 s"
        case EIO, ENODEV, EBADFD:
            "it comes back by itself when the device or sound server does; it is tried every second"
        case EINVAL where operation == .negotiate: "use the plug form of the device: \"plughw:…\" or \"default\""
        default: "plug a device in, start a sound server, or choose another device; it is tried again every second"
        }
    }

    public var description: String { "\(operation.words) \(device): \(cause)" }

    private static let words: [Int32: String] = [
        ENOENT: "there is no such device",
        ENODEV: "the device is gone",
        EBUSY: "the device is busy",
        EACCES: "permission denied",
        ECONNREFUSED: "the sound server does not answer",
        EIO: "input/output error",
        EBADFD: "the stream was ended by the device or sound server",
        ETIMEDOUT: "no answer in time",
    ]
}
