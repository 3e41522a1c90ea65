import ProviderKit

/// Every type of this kind of part; adding one is one line here.
public enum RecognizerList {
    /// All types.
    public static let all: [RecognizerDescriptor] = [
        WyomingSTT.descriptor
    ]
}
