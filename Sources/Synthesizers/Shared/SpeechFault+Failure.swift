import ProviderKit

extension SpeechFault {
    /// What follows from it, in words.
    func failure(_ failures: VendorFailure) -> ProviderFailure {
        switch self {
        case .vendor(let text):
            failures.make("vendor", text, .reconnect(after: nil))
        case .format(let text):
            failures.make("refused", text, fix: "check model, format and address", .fatal)
        case .broken(let text):
            failures.make("protocol", text, .reconnect(after: nil))
        case .refused(let failure): failure
        }
    }
}
