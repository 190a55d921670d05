pub struct Script {
    pub name: String,
}

pub fn load(script: &Script) -> bool {
    unsafe { libloading::Library::new(&script.name) }.is_ok() //~ ZS906 ZS801
}

pub fn rename(script: &mut Script, name: &str) {
    script.name.clear();
    script.name.push_str(name);
}
