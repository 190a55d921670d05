macro_rules! scoped {
    ($name:ident, $on_end:expr) => {
        pub struct $name<'a>(pub &'a mut Vec<u8>);

        impl<'a> Drop for $name<'a> { //~ ZS904
            fn drop(&mut self) { //~? ZS904
                self.0.push($on_end);
            }
        }
    };
}

scoped!(Paragraph, b'\n');
scoped!(Sentence, b'.');

pub fn write(out: &mut Vec<u8>) {
    let s = Sentence(out);
    s.0.extend_from_slice(b"done");
}
