import Core
import Glibc

/// What to do after a failed transfer: a machine without I/O, so that every answer of a device can be tried in a table.
///
/// An xrun is mended by `prepare`, a suspended device by `resume`; what cannot be mended, or fails again and again
/// without one good period between, ends the thread.
struct PCMRecovery: Sendable, Equatable {
    enum Action: Equatable {
        /// Nothing is wrong: wait for the device.
        case wait
        /// Prepare and go on (an xrun, counted).
        case prepare
        /// Resume a suspended device; on failure prepare.
        case resume
        /// Close; the code is the reason.
        case giveUp(Int32)
    }

    /// Mended failures in a row after which the device counts as lost.
    static let patience = 20

    /// Xruns mended so far.
    private(set) var xruns = 0
    private var inARow = 0

    /// A period was moved.
    mutating func moved() { inARow = 0 }

    /// A call returned `code` (negative `errno`); `gone` when the device says that it was disconnected.
    mutating func failed(_ code: Int, gone: Bool = false) -> Action {
        let error = Int32(clamping: -code)
        if gone { return .giveUp(ENODEV) }
        switch error {
        case EAGAIN, EINTR: return .wait
        case EPIPE:
            xruns += 1
            return mend(.prepare, error)
        case ESTRPIPE: return mend(.resume, error)
        default: return .giveUp(error)
        }
    }

    private mutating func mend(_ action: Action, _ error: Int32) -> Action {
        inARow += 1
        return inARow > Self.patience ? .giveUp(error) : action
    }
}
